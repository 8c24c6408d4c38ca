// How windows, bins and states are said; pure.
import { formatMetric, formatShare, formatTime } from '../../../kit/number';
import type { StatusKind } from '../../../kit/status';
import {
  alertStates,
  windowStates,
  type Alert,
  type AlertState,
  type Candidate,
  type FeatureBin,
  type MonitorSettings,
} from '../api';
import type { T, Words } from '../text';

export function widthOf(settings: MonitorSettings): number {
  return settings.window ?? (settings.time === '' ? 3600 : 1);
}

/** An event time: a number of the requests' column, or seconds since 1970. */
export function timeName(settings: MonitorSettings | undefined, time: number): string {
  if (settings?.time === '') return formatTime(time * 1000);
  return Number.isInteger(time) ? String(time) : formatMetric(time, 6);
}

/** A window by where it begins. */
export function windowName(settings: MonitorSettings | undefined, window: number, width?: number): string {
  return timeName(settings, window * (width ?? (settings ? widthOf(settings) : 1)));
}

/** How many times the threshold: 41 ×, 1.2 ×, 0.33 ×. */
export function ratioName(distance: number, threshold: number): string {
  const ratio = distance / threshold;
  return ratio >= 10 ? Math.round(ratio).toString() : ratio.toPrecision(2);
}

export function binName(bin: FeatureBin, t: T): string {
  if (bin.missing) return t('missing');
  if (bin.label !== undefined) return bin.label;
  const lo = bin.lo === undefined ? null : formatMetric(bin.lo, 4);
  const hi = bin.hi === undefined ? null : formatMetric(bin.hi, 4);
  if (lo === null && hi === null) return t('others');
  if (lo === null) return t('below', { hi: hi ?? '' });
  return hi === null ? t('above', { lo }) : t('between', { lo, hi });
}

/** The bin whose share grew or shrank most. */
export function mostMoved(reference: readonly FeatureBin[], current: readonly FeatureBin[]): number {
  let most = 0;
  const difference = (at: number) => Math.abs((current[at]?.share ?? 0) - (reference[at]?.share ?? 0));
  reference.forEach((_, at) => {
    if (difference(at) > difference(most)) most = at;
  });
  return most;
}

const alertStatus: Record<AlertState, StatusKind> = {
  inactive: 'succeeded',
  pending: 'queued',
  firing: 'firing',
  resolved: 'succeeded',
};

export function alertKind(state: string): StatusKind {
  const known = alertStates.find((one) => one === state);
  return known === undefined ? 'unknown' : alertStatus[known];
}

/** What an alert's or a window's state is called; one that is not known is said as it is. */
export function stateName(state: string, t: T): string {
  const known = [...alertStates, ...windowStates].find((one) => one === state);
  return known === undefined ? state : t(known);
}

/** Firing ones first, then pending ones; each by rule and column. */
export function byUrgency(alerts: readonly Alert[]): Alert[] {
  const rank = (alert: Alert) => {
    const at = alertStates.findIndex((one) => one === alert.state);
    return at < 0 ? alertStates.length : at;
  };
  return [...alerts].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.column < b.column ? -1 : a.column > b.column ? 1 : 0),
  );
}

/** Below /ui: the monitor at the window where the alert began to hold, or the endpoint. */
export function alertPath(alert: {
  settings: { monitor: string; endpoint: string };
  column: string;
  active_window?: number;
  window?: number;
}): string {
  if (alert.settings.monitor === '') return `/endpoints/${encodeURIComponent(alert.settings.endpoint)}`;
  return monitorPath(alert.settings.monitor, alert.active_window ?? alert.window, alert.column);
}

export function monitorPath(monitor: string, window?: number, column = ''): string {
  const query = [
    column === '' ? '' : `column=${encodeURIComponent(column)}`,
    window === undefined ? '' : `window=${window}`,
  ].filter(Boolean);
  return `/monitors/${encodeURIComponent(monitor)}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/** Where a candidate is looked at; null: nowhere else. */
export function candidatePath(candidate: Candidate, monitor: string, endpoint: string): string | null {
  const plain = encodeURIComponent(candidate.name.split('@')[0] ?? '');
  switch (candidate.kind) {
    case 'column':
      return candidate.name === ''
        ? null
        : monitorPath(monitor, candidate.since ?? numberOf(candidate, 'window'), candidate.name);
    case 'model':
      return candidate.name === '' ? null : `/models/${plain}`;
    case 'dataset':
      return candidate.name === '' ? null : `/datasets/${plain}`;
    case 'pipeline':
      return /^\d+$/.test(candidate.name) ? `/pipeline-runs/${candidate.name}` : '/pipelines';
    case 'slice':
      return candidate.name === ''
        ? null
        : `/monitors/${encodeURIComponent(monitor)}?slice=${encodeURIComponent(candidate.name.split('=')[0] ?? '')}`;
    case 'rollout':
    case 'worker':
    case 'load':
      return `/endpoints/${encodeURIComponent(endpoint)}`;
    default:
      return `/monitors/${encodeURIComponent(monitor)}`;
  }
}

function factOf(candidate: Candidate, name: string): string | undefined {
  return candidate.evidence.find((fact) => fact.name === name)?.value;
}

function numberOf(candidate: Candidate, name: string): number | undefined {
  const value = Number(factOf(candidate, name) ?? NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** What a candidate's evidence says, in the reader's language. */
export function sentenceOf(candidate: Candidate, t: T): string {
  const metric = (name: string) => formatMetric(numberOf(candidate, name));
  const share = (name: string) => formatShare(numberOf(candidate, name), 1);
  const has = (name: string) => factOf(candidate, name) !== undefined;
  switch (candidate.kind) {
    case 'column': {
      const [distance, threshold] = [numberOf(candidate, 'distance'), numberOf(candidate, 'threshold')];
      if (distance === undefined || threshold === undefined) return t('sayFew');
      const values = {
        distance: formatMetric(distance),
        threshold: formatMetric(threshold),
        ratio: ratioName(distance, threshold),
      };
      return distance > threshold ? t('sayColumn', values) : t('sayColumnQuiet', values);
    }
    case 'model':
      return has('before')
        ? t('sayModel', { since: String(candidate.since ?? '–'), before: factOf(candidate, 'before') ?? '' })
        : t('sayModelQuiet');
    case 'rollout':
      return has('share') ? t('sayRollout', { share: share('share') }) : t('sayRolloutQuiet');
    case 'dataset':
      return candidate.score > 0.05 ? t('sayDataset') : t('sayDatasetQuiet');
    case 'pipeline':
      return numberOf(candidate, 'bad_runs')
        ? t('sayPipeline', { n: numberOf(candidate, 'bad_runs') ?? 0 })
        : t('sayPipelineQuiet');
    case 'worker':
      return has('requests')
        ? t('sayWorker', { requests: metric('requests'), failed: metric('failed'), degraded: metric('degraded') })
        : t('sayWorkerQuiet');
    case 'load':
      return has('predictions')
        ? t('sayLoad', { now: metric('predictions'), before: metric('predictions_before') })
        : t('sayFew');
    case 'labels':
      return has('coverage')
        ? t('sayLabels', { now: share('coverage'), before: share('coverage_before') })
        : t('sayFew');
    case 'slice':
      return has('share_of_rows')
        ? t('saySlice', { rows: share('share_of_rows'), loss: share('share_of_loss') })
        : t('sayFew');
    case 'base_rate':
      return has('base_rate')
        ? t('sayBaseRate', { now: share('base_rate'), before: share('base_rate_before') })
        : t('sayFew');
    default:
      return candidate.what;
  }
}

export function kindName(kind: string, t: T): string {
  const key = `kind${kind}`;
  const said = t(key as Words);
  return said === key ? kind : said;
}

/** What an incident's cause is called: what somebody wrote, or a candidate's kind and name. */
export function causeText(incident: { cause: string; cause_rank?: number }, t: T): string {
  if (incident.cause_rank === undefined) return incident.cause;
  const [kind = '', ...name] = incident.cause.split(' ');
  return [kindName(kind, t), ...name].join(' ');
}
