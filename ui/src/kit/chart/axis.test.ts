import { expect, it } from 'vitest';
import { logTicks } from './axis';

it('a log axis names powers of ten', () => {
  const { all, named } = logTicks(0.0095, 21);
  expect(named).toEqual([0.01, 0.1, 1, 10]);
  expect(all.slice(0, 4)).toEqual([0.01, 0.02, 0.03, 0.04]);
  expect(all.at(-1)).toBe(20);
});
it('or 1-2-5, or round values, where there are too few', () => {
  expect(logTicks(5_500, 70_000).named).toEqual([10_000, 20_000, 50_000]);
  expect(logTicks(0.68, 0.92)).toEqual({ all: [0.7, 0.8, 0.9], named: [0.7, 0.8, 0.9] });
});
it('names every second or third of many', () => {
  expect(logTicks(1e-12, 1e12).named.length).toBeLessThanOrEqual(8);
});
