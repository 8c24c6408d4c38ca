import { describe, expect, it } from 'vitest';
import { domainOf, keptBy, moved, shareOf, ticksOf, valueAt, type Axis } from './layout';

const axis = (part: Partial<Axis>): Axis => ({
  id: 'a',
  label: 'a',
  type: 'number',
  values: [],
  categories: [],
  ...part,
});

describe('axes', () => {
  it('linear, logarithmic and of categories', () => {
    const linear = axis({ values: [2, null, 4] });
    expect(domainOf(linear)).toEqual({ lo: 2, hi: 4 });
    expect(shareOf(linear, domainOf(linear), 3)).toBe(0.5);
    const log = axis({ type: 'log', values: [1e-4, 1, 0] });
    expect(domainOf(log)).toEqual({ lo: 1e-4, hi: 1 });
    expect(shareOf(log, domainOf(log), 1e-2)).toBeCloseTo(0.5, 12);
    expect(shareOf(log, domainOf(log), 0)).toBeNull();
    expect(valueAt(log, domainOf(log), 0.5)).toBeCloseTo(1e-2, 12);
    const category = axis({ type: 'category', categories: ['adam', 'sgd'], values: [0, 1] });
    expect(ticksOf(category, domainOf(category), String)).toEqual([
      { share: 0.25, text: 'adam' },
      { share: 0.75, text: 'sgd' },
    ]);
  });
  it('without width or values do not divide by zero', () => {
    for (const one of [
      axis({}),
      axis({ values: [3, 3] }),
      axis({ type: 'log', values: [5] }),
      axis({ type: 'category' }),
    ]) {
      const domain = domainOf(one);
      expect(domain.hi).toBeGreaterThan(domain.lo);
    }
  });
  it('a log axis within a decade names its ends', () => {
    const log = axis({ type: 'log', values: [2, 5] });
    expect(ticksOf(log, domainOf(log), String).map((tick) => tick.text)).toEqual(['2', '5']);
  });
});

it('a line is kept if all brushes keep it; one without a value is not', () => {
  const axes = [axis({ id: 'a', values: [0, 5, 10, null] }), axis({ id: 'b', values: [1, 1, 2, 1] })];
  expect([...keptBy(axes, {}, 4)]).toEqual([1, 1, 1, 1]);
  expect([...keptBy(axes, { a: { lo: 0.4, hi: 1 } }, 4)]).toEqual([0, 1, 1, 0]);
  expect([...keptBy(axes, { a: { lo: 0.4, hi: 1 }, b: { lo: 0, hi: 0.5 } }, 4)]).toEqual([0, 1, 0, 0]);
});

it('axes are moved', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, -4)).toEqual(['c', 'a', 'b']);
});
