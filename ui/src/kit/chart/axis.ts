// How positions on the x axis are written, by its unit, and where ticks are.
import { formatCount, formatDuration, formatMetric, formatTime } from '../number';
import { ticks } from '../scale';
import type { XAxis } from './state';

/** Distances between ticks of durations: 1 ms to 100 days. */
export const durationSteps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 108e5,
  216e5, 432e5, 864e5, 1728e5, 432e6, 864e6, 1728e6, 432e7, 864e7,
];
export const stepSteps = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 16 }, (_, power) => digit * 10 ** power))
  .sort((a, b) => a - b);

const namedMost = 8;

/** Ticks of a log axis, ascending, and which of them are named: powers of ten, 1-2-5 where there are not two of them, and
 * round values where even those are few. */
export function logTicks(lo: number, hi: number): { all: number[]; named: number[] } {
  const all: number[] = [];
  const digitOf = new Map<number, number>();
  for (let power = Math.floor(Math.log10(lo)); power <= Math.log10(hi); ++power) {
    for (let digit = 1; digit < 10; ++digit) {
      const at = Number(`${digit}e${power}`);
      if (at < lo * (1 - 1e-12) || at > hi * (1 + 1e-12)) continue;
      all.push(at);
      digitOf.set(at, digit);
    }
  }
  const decades = all.filter((at) => digitOf.get(at) === 1);
  const every = Math.ceil(decades.length / namedMost);
  if (decades.length > 1) return { all, named: decades.filter((_, index) => index % every === 0) };
  const few = all.filter((at) => [1, 2, 5].includes(digitOf.get(at) ?? 0));
  if (few.length > 1) return { all, named: few };
  const round = ticks(lo, hi, 4);
  return { all: round, named: round };
}

/** A tick's number: no more digits than it needs. */
export function formatShort(value: number, digits = 4): string {
  const text = formatMetric(value, digits);
  return /\.\d*0+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}

export function formatX(axis: XAxis, value: number): string {
  if (axis === 'step') return Number.isInteger(value) ? formatCount(value) : formatCount(Math.round(value * 100) / 100);
  if (axis === 'metric') return formatShort(value);
  if (axis === 'relative') return `${value < 0 ? '−' : ''}${formatDuration(Math.abs(value))}`;
  return formatTime(value, true);
}
