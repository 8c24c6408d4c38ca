// What the server says of endpoints and rollouts (docs/formats/rollout.md, native_api.md): the generated types; their
// numbers are finite but an e-value, and words that the server has a closed list of are that list.
import { send } from '../../api/client';
import type { Finite } from '../../api/finite';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
/** Fields of a generated type whose words are known. */
type Said<Of, Words> = Omit<Of, keyof Words> & Words;

export type Phase = 'progressing' | 'paused' | 'degraded' | 'promoted' | 'aborted' | 'rolled_back' | 'undone';
export type Variant = Finite<Schemas['Variant']>;
export type Rollout = Said<Finite<Schemas['Rollout']>, { phase: Phase }>;
export type RolloutTraffic = Said<Finite<Schemas['RolloutTraffic']>, { role: 'champion' | 'challenger' | 'mirror' }>;
export type RolloutTimelineStep = Said<
  Finite<Schemas['RolloutTimelineStep']>,
  {
    kind: 'load' | 'setWeight' | 'mirror' | 'analysis' | 'pause';
    state: 'done' | 'now' | 'next' | 'skipped';
  }
>;
export type ArmFigures = Finite<Schemas['ArmFigures']>;
export type NeedsMore = Said<Finite<Schemas['NeedsMore']>, { verdict: 'pass' | 'fail' }>;
export type EvidencePoint = Finite<Schemas['EvidencePoint']>;
export type EvidenceState = 'pass' | 'fail' | 'undecided' | 'inconclusive' | 'error' | 'no_data';
export type RolloutEvidence = Said<
  Finite<Schemas['RolloutEvidence']>,
  {
    unit: 'nats' | 'ratio' | 'ms';
    state: EvidenceState;
    needs_more?: NeedsMore;
    e_value?: Schemas['Double'];
  }
>;
export type VerbName = 'promote' | 'promote_full' | 'pause' | 'resume' | 'abort' | 'retry' | 'undo';
export type VerbEffect = Finite<Schemas['VerbEffect']>;
export type RolloutVerb = Said<Finite<Schemas['RolloutVerb']>, { verb: VerbName }>;
export type RolloutEvent = Finite<Schemas['RolloutEvent']>;
export type RolloutReview = Said<
  Finite<Schemas['RolloutReview']>,
  {
    rollout: Rollout;
    traffic: RolloutTraffic[];
    timeline: RolloutTimelineStep[];
    evidence: RolloutEvidence[];
    verbs: RolloutVerb[];
  }
>;
export type RolloutSeries = Finite<Schemas['RolloutSeries']>;
export type SeriesVariant = Finite<Schemas['SeriesVariant']>;
export type SeriesTraffic = Finite<Schemas['SeriesTraffic']>;
export type SeriesMarker = Finite<Schemas['SeriesMarker']>;
export type RolloutSamples = Finite<Schemas['RolloutSamples']>;
export type RolloutSample = Finite<Schemas['RolloutSample']>;
export type RolloutsAnswer = Said<Finite<Schemas['RolloutsAnswer']>, { rollouts: Rollout[] }>;

export type ServingEndpoint = Said<
  Finite<Schemas['ServingEndpoint']>,
  { rollout?: Said<Finite<Schemas['ServingRollout']>, { phase: Phase }> }
>;
export type ServingAnswer = Said<Finite<Schemas['ServingAnswer']>, { endpoints: ServingEndpoint[] }>;
export type Endpoint = Finite<Schemas['Endpoint']>;
export type EndpointAnswer = Finite<Schemas['EndpointAnswer']>;
export type EndpointSettings = Finite<Schemas['EndpointSettingsSparse']>;
export type Revision = Finite<Schemas['Revision']>;
export type RevisionsAnswer = Finite<Schemas['RevisionsAnswer']>;
export type PlansAnswer = Finite<Schemas['PlansAnswer']>;
export type TrafficAnswer = Finite<Schemas['TrafficAnswer']>;
export type Requests = Finite<Schemas['Requests']>;

/** The verb as the API has it, for the rollout as it was seen. */
export function order(rollout: Rollout, verb: VerbName, reason: string): Promise<unknown> {
  const name = verb === 'promote_full' ? 'promote' : verb;
  const seen = verb === 'undo' ? {} : { turn: rollout.turn, rollout: rollout.number };
  return send('POST', `endpoints/${encodeURIComponent(rollout.endpoint)}/rollout/${name}`, {
    ...seen,
    ...(verb === 'promote_full' ? { full: true } : {}),
    ...(reason === '' ? {} : { reason }),
  });
}
