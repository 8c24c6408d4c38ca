// How figures and states of rollouts are said. Pure but for the language.
import {
  formatCount,
  formatDelta,
  formatDuration,
  formatMetric,
  formatPoints,
  formatShare,
  toNumber,
} from '../../../kit/number';
import type { StatusKind } from '../../../kit/status';
import type { Translate } from '../../../kit/text';
import type {
  ArmFigures,
  VerbEffect,
  RolloutEvidence,
  EvidenceState,
  NeedsMore,
  Phase,
  RolloutReview,
  RolloutEvent,
  RolloutTimelineStep,
  Variant,
} from '../api';
import type { en } from '../text.en';

type T = Translate<typeof en>;

/** A weight in thousandths: 25 %, 2.5 %. */
export function formatWeight(thousandths: number): string {
  return formatShare(thousandths / 1000, thousandths % 10 === 0 ? 0 : 1);
}

export const nameOf = (variant: Pick<Variant, 'model' | 'version'>): string => `${variant.model}@${variant.version}`;

export function phaseStatus(phase: Phase): StatusKind {
  const kinds: Record<Phase, StatusKind> = {
    progressing: 'running',
    paused: 'paused',
    degraded: 'failed',
    promoted: 'succeeded',
    aborted: 'aborted',
    rolled_back: 'aborted',
    undone: 'aborted',
  };
  return kinds[phase] ?? 'unknown';
}

export function evidenceStatus(state: EvidenceState): StatusKind {
  const kinds: Record<EvidenceState, StatusKind> = {
    pass: 'succeeded',
    fail: 'failed',
    undecided: 'running',
    inconclusive: 'inconclusive',
    error: 'warning',
    no_data: 'no_data',
  };
  return kinds[state] ?? 'unknown';
}

export function verdictStatus(step: RolloutTimelineStep): StatusKind {
  if (step.verdict !== '') return evidenceStatus(step.verdict.replace(' ', '_') as EvidenceState);
  const kinds: Record<RolloutTimelineStep['state'], StatusKind> = {
    done: 'succeeded',
    now: 'running',
    next: 'queued',
    skipped: 'aborted',
  };
  return step.state === 'now' && step.kind === 'pause' ? 'paused' : kinds[step.state];
}

export function stepText(step: RolloutTimelineStep, t: T): string {
  const share = formatWeight(step.share ?? 0);
  switch (step.kind) {
    case 'load':
      return t('step_load');
    case 'setWeight':
      return t('step_weight', { share });
    case 'mirror':
      return t('step_mirror', { share });
    case 'analysis':
      return t('step_analysis', { monitor: step.monitor });
    case 'pause':
      break;
  }
  if (step.windows_max !== undefined) return t('step_pause_windows', { n: step.windows_max, monitor: step.monitor });
  return step.text.includes('until') ? t('step_pause_until') : t('step_pause');
}

/** How long it took, or how long yet. */
export function stepTime(step: RolloutTimelineStep, now: number, t: T): string {
  if (step.started_ms === undefined) return '';
  if (step.ended_ms !== undefined) return t('took', { time: formatDuration(step.ended_ms - step.started_ms) });
  if (step.state !== 'now') return '';
  const parts = [t('runs_for', { time: formatDuration(Math.max(0, now - step.started_ms)) })];
  if (step.until_ms !== undefined && step.until_ms > now)
    parts.push(t('left', { time: formatDuration(step.until_ms - now) }));
  return parts.join(' · ');
}

export function metricText(metric: string, t: T): string {
  const keys: Record<string, keyof typeof en> = {
    log_loss: 'metric_log_loss',
    accuracy: 'metric_accuracy',
    balanced_accuracy: 'metric_balanced_accuracy',
    precision: 'metric_precision',
    recall: 'metric_recall',
    base_rate: 'metric_base_rate',
    brier: 'metric_brier',
    conversion: 'metric_conversion',
    error_ratio: 'metric_error_ratio',
    p99_ms: 'metric_p99_ms',
  };
  const key = keys[metric];
  return key ? t(key) : metric;
}

export function formatFigure(value: number | undefined, unit: RolloutEvidence['unit']): string {
  if (value === undefined) return '–';
  return unit === 'ratio' ? formatShare(value) : unit === 'ms' ? `${formatMetric(value, 3)} ms` : formatMetric(value);
}

export function formatDifference(value: number, unit: RolloutEvidence['unit']): string {
  return unit === 'ratio' ? formatPoints(value) : unit === 'ms' ? `${formatDelta(value, 3)} ms` : formatDelta(value, 3);
}

export const relationSign = (relation: string): string => relation.replace('<=', '≤').replace('>=', '≥');

export const hasInterval = (arm: ArmFigures): boolean => arm.lo !== undefined && arm.hi !== undefined;

/** "17 680 labelled rows (about 2 947 requests, 221 blocks, 37 windows)". */
export function needsAmount(needs: NeedsMore, t: T): string {
  const parts: string[] = [];
  if (needs.rows) parts.push(t('needs_rows', { n: formatCount(needs.rows) }));
  if (needs.requests) parts.push(t('needs_requests', { n: formatCount(needs.requests) }));
  if (needs.blocks) parts.push(t('needs_blocks', { n: formatCount(needs.blocks) }));
  if (needs.windows) parts.push(t('needs_windows', { n: formatCount(needs.windows) }));
  const [first = '', ...rest] = parts;
  return rest.length === 0 ? first : `${first} (${t('needs_about', { what: rest.join(', ') })})`;
}

/** `isGuardrail`: it waits for a number of requests, whatever they show. */
export function needsText(needs: NeedsMore, t: T, isGuardrail = false): string {
  if (isGuardrail) return t('needs_guardrail', { what: needsAmount(needs, t) });
  return t(needs.verdict === 'pass' ? 'needs_pass' : 'needs_fail', { what: needsAmount(needs, t) });
}

/** The row that says why nothing is decided, for the sentence above all. */
export function openQuestion(review: RolloutReview): RolloutEvidence | undefined {
  return review.evidence.find((row) => row.decides && row.monitor !== '' && row.state !== 'pass');
}

export function effectText(effect: VerbEffect, next: RolloutTimelineStep | undefined, t: T): string {
  const from = formatWeight(effect.from);
  const values = {
    from,
    to: formatWeight(effect.to),
    answers: effect.answers,
    next: next ? stepText(next, t) : effect.next === '' ? t('nothing_next') : effect.next,
  };
  const keys: Record<string, keyof typeof en> = {
    step: 'effect_step',
    finish: 'effect_finish',
    pause: 'effect_pause',
    resume: 'effect_resume',
    abort: 'effect_abort',
    retry: 'effect_retry',
    again: 'effect_again',
    undo: 'effect_undo',
  };
  const text = t(keys[effect.text_key] ?? 'effect_step', values);
  return effect.ms === undefined ? text : `${text} ${t('effect_ms', { time: formatDuration(effect.ms) })}`;
}

/** Where a rollout stands, in few words, to tell what it was from what it is. */
export function standing(review: RolloutReview, t: T): string {
  const { rollout } = review;
  return `${t(rollout.phase)}, ${formatWeight(rollout.weight)}`;
}

export type LoggedEvent = RolloutEvent & { before: string; after: string };

/** Events, newest first, with the phase and weight before and after each. */
export function withChanges(events: readonly RolloutEvent[], t: T): LoggedEvent[] {
  const stateOf = (event: RolloutEvent | undefined): string => {
    const { phase, weight } = event?.detail ?? {};
    if (typeof phase !== 'string') return '–';
    return `${t(phase as Phase)} ${formatWeight(typeof weight === 'number' ? weight : 0)}`;
  };
  return events.map((event, index) => ({ ...event, before: stateOf(events[index + 1]), after: stateOf(event) }));
}

export function eventText(kind: string, t: T): string {
  const key = `ev_${kind.replace(/^rollout\./, '')}`;
  const known = [
    'started',
    'acknowledged',
    'stepped',
    'judged',
    'promoted',
    'aborted',
    'rolled_back',
    'paused',
    'resumed',
    'retried',
    'undone',
  ];
  return known.some((one) => `ev_${one}` === key) ? t(key as keyof typeof en) : kind;
}

/** What a monitor's window is called; one that is not known is said as it is. */
export function windowStateText(state: string, t: T): string {
  const known = ['complete', 'closed', 'late', 'open'] as const;
  const found = known.find((one) => one === state);
  return found ? t(`win_${found}`) : state;
}

export function formatE(row: RolloutEvidence): string {
  const value = toNumber(row.e_value);
  return value === null ? '–' : formatMetric(value, 3);
}
