// What the server says of experiments and runs: the generated types.
import { get, project, urlOf } from '../../../api/client';
import type { components } from '../../../api/schema';
import type { Completion } from '../../../kit/filterbar';

type Schemas = components['schemas'];

export type Scalar = Schemas['Scalar'];
export type RunsQuery = Schemas['RunsQuery'];
export type RunRow = Schemas['RunsRow'];
export type GroupValue = Schemas['GroupValue'];
export type RunGroup = Schemas['RunsGroup'];
export type RunsAnswer = Schemas['RunsQueryAnswer'];
export type RunsWindow = Schemas['RunsWindowAnswer'];
export type RunSpark = Schemas['RunSpark'];
export type SparksAnswer = Schemas['SparksAnswer'];
export type RunsBulk = Partial<Schemas['RunsBulk']> & { action: string };
export type RunsBulkAnswer = Schemas['RunsBulkAnswer'];
export type RunColumn = Schemas['RunColumn'];
export type RunColumns = Schemas['RunColumnsAnswer'];
export type Experiment = Schemas['Experiment'];
export type ExperimentAnswer = Schemas['ExperimentAnswer'];
export type ExperimentsAnswer = Schemas['ExperimentsAnswer'];
export type RunDetail = Schemas['RunAnswer'];
export type EndpointsAnswer = Schemas['EndpointsAnswer'];
export type ModelVersionAnswer = Schemas['ModelVersionAnswer'];

/** For the filter bar: what may come next, in an experiment (`-`: in all). */
export function completeIn(experiment: string) {
  return (text: string, pos: number, signal: AbortSignal) =>
    get<Completion>('complete', { experiment, text: text === '' ? ' ' : text, pos }, signal);
}

export const windowUrl = (result: string, from: number, n: number) => urlOf(`runs/result/${result}`, { from, n });
export const projectOf = () => project;
