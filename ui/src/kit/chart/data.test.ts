import { describe, expect, it } from 'vitest';
import {
  align,
  extremes,
  nearest,
  onlyPositive,
  readingsAt,
  spread,
  toCsv,
  trendOf,
  type ChartData,
  type Curve,
} from './data';

const curve = (part: Partial<Curve>): Curve => ({
  id: 'a',
  label: 'a',
  slot: 0,
  n: 0,
  total: 0,
  first: [],
  min: [],
  max: [],
  last: [],
  lo: [],
  hi: [],
  nan: [],
  infinities: [],
  infinite: 0,
  ...part,
});
const chart = (part: Partial<ChartData>): ChartData => ({
  x: [],
  exact: true,
  from: 0,
  to: 1,
  whole: { from: 0, to: 1 },
  curves: [],
  clipped: 0,
  points: 100,
  ...part,
});

describe('align', () => {
  it('draws each bucket through first, min, max and last', () => {
    const data = chart({
      x: [0, 8],
      exact: false,
      from: 0,
      to: 16,
      points: 2,
      curves: [curve({ first: [1, null], min: [0, null], max: [9, null], last: [2, null] })],
    });
    expect(align(data)).toEqual([
      [1, 3, 5, 7, 9, 11, 13, 15],
      [1, 0, 9, 2, undefined, undefined, undefined, undefined],
    ]);
  });
  it('keeps a spike of one point whatever the bucket', () => {
    const max = Array.from({ length: 500 }, (_, at) => (at === 321 ? 500 : 1));
    const flat = max.map(() => 1);
    const data = chart({
      x: max.map((_, at) => at),
      exact: false,
      from: 0,
      to: 500,
      points: 500,
      curves: [curve({ first: flat, min: flat, max, last: flat })],
    });
    expect(Math.max(...(align(data)[1] as number[]))).toBe(500);
  });
  it('draws exact points as they are, and goes on over those that another curve has', () => {
    const data = chart({
      x: [1, 2, 3],
      curves: [curve({ last: [5, null, 6] }), curve({ id: 'b', last: [null, 7, null] })],
    });
    expect(align(data)).toEqual([
      [1, 2, 3],
      [5, undefined, 6],
      [undefined, 7, undefined],
    ]);
  });
  it('interrupts a line where it is no number', () => {
    const data = chart({
      x: [1, 4],
      curves: [curve({ last: [5, 6], nan: [{ from: 2, to: 3, n: 2 }] }), curve({ last: [1, 2] })],
    });
    expect(align(data)).toEqual([
      [1, 2.5, 4],
      [5, null, 6],
      [1, undefined, 2],
    ]);
    const shared = chart({
      x: [1, 2, 4],
      curves: [curve({ last: [5, null, 6], nan: [{ from: 2, to: 2, n: 1 }] }), curve({ last: [1, 2, 3] })],
    });
    expect(align(shared)).toEqual([
      [1, 2, 4],
      [5, null, 6],
      [1, 2, 3],
    ]);
  });
  it('does not interrupt it for less than a bucket', () => {
    const data = chart({
      x: [0, 8],
      exact: false,
      from: 0,
      to: 16,
      points: 2,
      curves: [curve({ first: [1, 1], min: [1, 1], max: [1, 1], last: [1, 1], nan: [{ from: 3, to: 4, n: 2 }] })],
    });
    expect(align(data)[1]).not.toContain(null);
  });
});

describe('what is read off', () => {
  it('is sorted and takes the neighbour where a curve has no point', () => {
    const data = chart({ x: [0, 1, 2], curves: [curve({ last: [1, null, 3] }), curve({ id: 'b', last: [9, 8, 7] })] });
    expect(readingsAt(data, 1.2).map(({ index, value }) => [index, value])).toEqual([
      [1, 8],
      [0, 1],
    ]);
    expect(nearest([0, 10, 20], 14)).toBe(1);
    expect(nearest([0, 10, 20], 16)).toBe(2);
    expect(nearest([], 3)).toBe(0);
  });
  it('knows the extremes of bands too, and those above a bound', () => {
    const data = chart({ x: [0], curves: [curve({ last: [1], lo: [-4], hi: [6] })] });
    expect(extremes(data)).toEqual({ lo: -4, hi: 6 });
    expect(extremes(data, 0)).toEqual({ lo: 1, hi: 6 });
    expect(extremes(chart({}))).toBeNull();
  });
  it('says the trend', () => {
    expect(trendOf(curve({ last: [3, null, 1] }))).toEqual({ way: 'falls', from: 3, to: 1, lo: 1, hi: 3 });
    expect(trendOf(curve({ last: [1, 5, 1.01] })).way).toBe('level');
    expect(trendOf(curve({ last: [null] })).way).toBe('none');
  });
});

it('a log axis refuses what is not positive', () => {
  expect(
    onlyPositive([
      [1, 2, 3, 4],
      [0, 5, null, -1],
    ]),
  ).toEqual({
    data: [
      [1, 2, 3, 4],
      [undefined, 5, null, undefined],
    ],
    refused: 2,
  });
});

it('CSV quotes names', () => {
  const data = chart({ x: [1, 2], curves: [curve({ label: 'a,"b"', last: [0.5, null] })] });
  expect(toCsv(data, 'step')).toBe('step,"a,""b"" last"\r\n1,0.5\r\n2,\r\n');
});

it('labels do not lie over each other', () => {
  expect(spread([10, 11, 50], 13, 100)).toEqual([10, 23, 50]);
  expect(spread([95, 96], 13, 100)).toEqual([87, 100]);
});
