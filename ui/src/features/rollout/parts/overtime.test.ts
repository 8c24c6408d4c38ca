import { describe, expect, it } from 'vitest';
import type { RolloutSeries, SeriesVariant } from '../api';
import { marksTogether } from '../../../kit/lines';
import { accuracyLines, errorLines, latencyLines, pointsOf, timeTicks } from './overtime';

const step = (at_ms: number, p99_ms: number) => ({
  at_ms,
  requests: 4,
  failed: 1,
  degraded: 0,
  rps: 0.4,
  error_ratio: 0.25,
  p50_ms: p99_ms / 4,
  p95_ms: p99_ms / 2,
  p99_ms,
});
const window = (number: number, first_ms: number, accuracy?: number) => ({
  window: number,
  first_ms,
  last_ms: first_ms + 2000,
  predictions: 10,
  labels: 5,
  ...(accuracy === undefined ? {} : { accuracy, accuracy_low: accuracy - 0.1, accuracy_high: accuracy + 0.1 }),
});
const champion: SeriesVariant = {
  variant: 'a',
  role: 'champion',
  model: 'm',
  version: 1,
  traffic: [step(10_000, 8), step(30_000, 12)],
  quality: [],
};
const challenger: SeriesVariant = {
  ...champion,
  variant: 'b',
  role: 'challenger',
  traffic: [],
  quality: [window(4, 31_000, 0.8), window(2, 4000, 0.9), window(3, 21_000)],
};
const series: RolloutSeries = {
  from_ms: 10_000,
  to_ms: 40_000,
  step_ms: 10_000,
  is_cut: false,
  monitor: 'w',
  monitor_reason: '',
  variants: [champion, challenger],
  windows: [{ window: 4, state: 'open' }],
  markers: [],
};

describe('times of an axis', () => {
  it('are round, and not at the very end', () => {
    expect(timeTicks(4000, 40_000, 9)).toEqual([5000, 10_000, 15_000, 20_000, 25_000, 30_000, 35_000]);
    expect(timeTicks(0, 7 * 86_400_000, 9)).toHaveLength(7);
    expect(timeTicks(0, 30 * 60_000, 9)[1]).toBe(5 * 60_000);
  });
});

describe('marks', () => {
  it('that stand close together share a name', () => {
    expect(marksTogether([10, 14, 20, 90, 200], ['1', '2', '3', '4', '5'])).toEqual([
      { at: 15, name: '1–3' },
      { at: 90, name: '4' },
      { at: 200, name: '5' },
    ]);
  });
});

describe('figures over a rollout', () => {
  it('stand in the middle of their steps, with gaps where nothing was asked', () => {
    expect(pointsOf(series, champion, (one) => one.p99_ms)).toEqual([
      { x: 15_000, y: 8 },
      { x: 25_000, y: null },
      { x: 35_000, y: 12 },
    ]);
    expect(pointsOf(series, challenger, (one) => one.p99_ms).every((point) => point.y === null)).toBe(true);
  });
  it('are three quantiles of each variant, and one line of errors', () => {
    const lines = latencyLines(series, (variant) => variant.role);
    expect(lines.map((line) => line.name)).toEqual([
      'champion p50',
      'champion p95',
      'champion p99',
      'challenger p50',
      'challenger p95',
      'challenger p99',
    ]);
    expect(lines.map((line) => line.dash)).toEqual(['short', 'long', undefined, 'short', 'long', undefined]);
    expect(errorLines(series, (variant) => variant.role)[0]?.points[0]?.y).toBe(0.25);
  });
  it('are windows by when they were asked; one that is open is marked', () => {
    const points = accuracyLines(series, (variant) => variant.role)[1]?.points ?? [];
    expect(points.map((point) => [point.x, point.y, point.open])).toEqual([
      [10_000, 0.9, false],
      [32_000, 0.8, true],
    ]);
    expect(points[1]?.lo).toBeCloseTo(0.7);
  });
});
