// What the charts over a rollout's time draw. Pure.
import type { LinePoint, LineSeries } from '../../../kit/lines';
import type { RolloutSeries, SeriesTraffic, SeriesVariant } from '../api';

export const quantiles = ['p50_ms', 'p95_ms', 'p99_ms'] as const;
const dashes = { p50_ms: 'short', p95_ms: 'long' } as const;

export const colorOf = (variant: SeriesVariant): 1 | 8 => (variant.role === 'champion' ? 8 : 1);

/** A point in the middle of each step; null where nothing was asked, so that no line crosses it. */
export function pointsOf(
  series: RolloutSeries,
  variant: SeriesVariant,
  pick: (step: SeriesTraffic) => number | undefined,
): LinePoint[] {
  const found = new Map(variant.traffic.map((step) => [step.at_ms, step]));
  const points: LinePoint[] = [];
  for (let at = series.from_ms; at < series.to_ms; at += series.step_ms) {
    const step = found.get(at);
    points.push({ x: at + series.step_ms / 2, y: step ? (pick(step) ?? null) : null });
  }
  return points;
}

export function latencyLines(series: RolloutSeries, nameOf: (variant: SeriesVariant) => string): LineSeries[] {
  return series.variants.flatMap((variant) =>
    quantiles.map((quantile): LineSeries => ({
      id: `${variant.variant} ${quantile}`,
      name: `${nameOf(variant)} ${quantile.slice(0, 3)}`,
      color: colorOf(variant),
      dots: false,
      points: pointsOf(series, variant, (step) => step[quantile]),
      ...(quantile === 'p99_ms' ? {} : { dash: dashes[quantile] }),
    })),
  );
}

export function errorLines(series: RolloutSeries, nameOf: (variant: SeriesVariant) => string): LineSeries[] {
  return series.variants.map((variant) => ({
    id: variant.variant,
    name: nameOf(variant),
    color: colorOf(variant),
    dots: false,
    points: pointsOf(series, variant, (step) => step.error_ratio),
  }));
}

/** Windows stand where their predictions were made, in the order of that. */
export function accuracyLines(series: RolloutSeries, nameOf: (variant: SeriesVariant) => string): LineSeries[] {
  return series.variants.map((variant) => ({
    id: variant.variant,
    name: nameOf(variant),
    color: colorOf(variant),
    points: variant.quality
      .filter((window) => window.accuracy !== undefined)
      .map((window): LinePoint => ({
        x: Math.max(series.from_ms, (window.first_ms + window.last_ms) / 2),
        y: window.accuracy ?? null,
        open: series.windows.find((one) => one.window === window.window)?.state === 'open',
        ...(window.accuracy_low === undefined ? {} : { lo: window.accuracy_low }),
        ...(window.accuracy_high === undefined ? {} : { hi: window.accuracy_high }),
      }))
      .sort((a, b) => a.x - b.x),
  }));
}

export const valuesOf = (lines: readonly LineSeries[]): number[] =>
  lines.flatMap((line) => line.points.flatMap((point) => (point.y === null ? [] : [point.y])));

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
const steps = [1, 2, 5, 10, 15, 30]
  .map((n) => n * second)
  .concat([1, 2, 5, 10, 15, 30].map((n) => n * minute))
  .concat([1, 2, 3, 6, 12].map((n) => n * hour))
  .concat([day, 2 * day]);

/** Round times within [from, to], at most so many; none so near to the end that its name would be cut. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const step = steps.find((one) => (to - from) / one <= most) ?? 2 * day;
  const found: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to - (to - from) * 0.03; at += step) found.push(at);
  return found;
}
