// A check over the newest commits as a small picture. Pure.
import { formatCount, formatDuration, formatMetric } from '../../kit/number';
import type { StatusKind } from '../../kit/status';
import type { CheckTrend } from './api';

export type Mark = { x: number; y: number; state: string; at: number };
export type Step = { from: number; to: number; y: number };
export type Spark = { marks: Mark[]; line: string[]; limits: Step[] };

const pad = 5;

export function stateKind(state: string | null): StatusKind {
  if (state === 'passed') return 'succeeded';
  if (state === 'warned') return 'warning';
  return state === 'failed' ? 'failed' : 'no_data';
}

/** Where each commit stands from left to right; one alone stands in the middle. */
function placesOf(count: number, width: number): number[] {
  const span = width - 2 * pad;
  return Array.from({ length: count }, (_, at) => pad + (count === 1 ? span / 2 : (at * span) / (count - 1)));
}

/** Lines through what follows each other, steps of what was allowed, a mark for each commit that has the check. */
export function sparkOf(check: CheckTrend, width: number, height: number): Spark {
  const places = placesOf(check.states.length, width);
  const known = [...check.values, ...check.lows, ...check.highs].filter(
    (value): value is number => typeof value === 'number' && Number.isFinite(value),
  );
  const least = Math.min(...known, ...(check.measure === 'rows' ? [0] : []));
  const most = Math.max(...known);
  const up = (value: number | null | undefined) =>
    typeof value !== 'number' || !Number.isFinite(value)
      ? null
      : most > least
        ? height - pad - ((value - least) / (most - least)) * (height - 2 * pad)
        : check.measure === 'rows'
          ? height - pad
          : height / 2;
  const marks = places.flatMap((x, at) => {
    const state = check.states[at];
    return typeof state === 'string' ? [{ x, y: up(check.values[at]) ?? height / 2, state, at }] : [];
  });
  const line: string[] = [];
  let path = '';
  places.forEach((x, at) => {
    const y = up(check.values[at]);
    if (y !== null) path += `${path === '' ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    if ((y === null || at === places.length - 1) && path !== '') {
      line.push(path);
      path = '';
    }
  });
  const half = places.length > 1 ? (width - 2 * pad) / (places.length - 1) / 2 : width / 2 - pad;
  const limits = [check.lows, check.highs].flatMap((bounds) =>
    places.flatMap((x, at) => {
      const y = up(bounds[at]);
      return y === null ? [] : [{ from: Math.max(0, x - half), to: Math.min(width, x + half), y }];
    }),
  );
  return { marks, line, limits };
}

export function measured(check: Pick<CheckTrend, 'measure'>, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (check.measure === 'seconds') return formatDuration(value * 1000);
  return check.measure === 'rows' ? formatCount(value) : formatMetric(value);
}

/** What was allowed in a commit: `≥ 2, ≤ 5`; empty: no bound. */
export function allowedThen(check: CheckTrend, at: number): string {
  const low = check.lows[at];
  const high = check.highs[at];
  return [
    typeof low === 'number' ? `≥ ${measured(check, low)}` : '',
    typeof high === 'number' ? `≤ ${measured(check, high)}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}
