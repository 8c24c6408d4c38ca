// What the native API answers of pipelines (docs/formats/native_api.md): the generated types. A time of 0 is none yet.
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

/** The states of jobs; runs have some of them. */
export const jobStates = [
  'waiting',
  'running',
  'succeeded',
  'cached',
  'skipped',
  'failed',
  'cancelled',
  'refused',
] as const;
export type JobState = (typeof jobStates)[number];

export type Attempt = Schemas['PipelineAttempt'];
export type Job = Schemas['PipelineJob'];
export type Run = Schemas['PipelineRun'];
export type RunsAnswer = Schemas['PipelineRunsAnswer'];
export type PipelinesAnswer = Schemas['PipelinesAnswer'];
export type GraphNode = Schemas['PipelineNode'];
export type Graph = Schemas['PipelineGraph'];
export type Change = Schemas['PipelineChange'];
export type Pending = Schemas['PipelinePending'];
export type Why = Schemas['PipelineWhy'];
/** A job's states and times in the grid's runs; `null` where the run has no such job. */
type GridRow = Omit<Schemas['PipelineGridRow'], 'states' | 'ms'> & {
  states: (string | null)[];
  ms: (number | null)[];
};
export type Grid = Omit<Schemas['PipelineGrid'], 'rows'> & { rows: GridRow[] };
export type Gate = Schemas['GateEvidence'];
export type GatesAnswer = Schemas['PipelineGatesAnswer'];
export type Parameter = { name: string; value: string | number | boolean | null; input: boolean };
export type ParametersAnswer = Omit<Schemas['PipelineParametersAnswer'], 'parameters'> & { parameters: Parameter[] };
export type Expectation = Schemas['PipelineExpectation'];
export type ExplainAnswer = Schemas['ExplainAnswer'];
export type TriggersAnswer = Schemas['TriggersAnswer'];
export const isActive = (state: string) => state === 'waiting' || state === 'running';
export const jobPath = (run: number, job: string) => `pipelines/runs/${run}/jobs/${encodeURIComponent(job)}/why`;
export const runUrl = (run: number, job?: string) =>
  `/pipeline-runs/${run}${job === undefined ? '' : `?job=${encodeURIComponent(job)}`}`;
