// What `home` and `search` answer (docs/formats/native_api.md): the generated types, whose numbers are finite, with the
// words that a string of them can be.
import type { Finite } from '../../api/finite';
import type { Schemas } from '../../api/schema';

export type StageName = 'data' | 'runs' | 'pipelines' | 'registry' | 'rollout' | 'monitoring' | 'feedback';
export type Stage = Finite<Schemas['HomeStage']> & {
  stage: StageName;
  state: 'good' | 'warn' | 'bad' | 'running' | 'empty';
};
export type Need = Finite<Schemas['HomeNeed']> & {
  kind: 'rollout' | 'incident' | 'alert' | 'pipeline' | 'schedule' | 'endpoint';
};
export type Quality = Finite<Schemas['HomeQuality']>;
export type Champion = Finite<Schemas['HomeChampion']>;
export type SetupStep = Schemas['HomeStep'] & {
  step: 'dataset' | 'run' | 'model' | 'endpoint' | 'prediction' | 'label' | 'monitor';
};
export type Home = Omit<Finite<Schemas['HomeAnswer']>, 'stages' | 'needs' | 'setup'> & {
  stages: Stage[];
  needs: Need[];
  setup: SetupStep[];
};

export type Hit = Schemas['SearchHit'];
export type SearchAnswer = Schemas['SearchAnswer'];

/** Where a stage of the loop is shown. */
export const stagePaths: Record<StageName, string> = {
  data: '/datasets',
  runs: '/experiments',
  pipelines: '/pipelines',
  registry: '/models',
  rollout: '/endpoints',
  monitoring: '/incidents',
  feedback: '/monitors',
};

/** The server's paths begin with `/ui`, those of links here do not. */
export function linkOf(path: string): string {
  return path.startsWith('/ui/') ? path.slice(3) : path;
}
