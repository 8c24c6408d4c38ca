// What a chart draws, and how a server's columns become it. Pure.
import { csvOf } from './csv';

export type Column = readonly (number | null)[];

/** One curve as the server reduced it: columns as long as the chart's x, null where there is no point. */
export type Curve = {
  id: string;
  label: string;
  slot: number; // Colour and dash, see slots.ts.
  baseline?: boolean;
  n: number; // Points in the window.
  total: number;
  first: Column;
  min: Column;
  max: Column;
  last: Column; // Of an exact answer and of groups the only one.
  lo: Column; // A band: raw extremes of a smoothed curve, or a group's.
  hi: Column;
  nan: readonly { from: number; to: number; n: number }[];
  infinities: readonly { x: number; above: boolean }[];
  infinite: number;
  unplaced?: number; // Points that have no place, because the metric on the x axis has no value there.
};

export type ChartData = {
  x: readonly number[];
  exact: boolean;
  from: number;
  to: number;
  whole: { from: number; to: number }; // The axis with all points, of which this may be a part.
  curves: readonly Curve[];
  y?: { lo: number; hi: number };
  clipped: number;
  points: number; // How many positions were asked for.
  lacking?: number; // Runs without the metric on the x axis.
};

/** uPlot's columns: undefined where a curve has no point (the line goes on), null where it has a gap. */
export type Aligned = [number[], ...(number | null | undefined)[][]];

/** The width of a bucket; 0 if positions are the points' own. */
export function bucketWidth(data: ChartData): number {
  return data.exact || data.x.length < 2 ? 0 : (data.to - data.from) / data.points;
}

const has = (column: Column): boolean => column.length > 0;

/** Four columns of a bucket become four positions inside of it, so that a line goes through all of them. */
export function align(data: ChartData): Aligned {
  const four = data.curves.some((curve) => has(curve.min));
  const width = bucketWidth(data);
  const places = four ? [0.125, 0.375, 0.625, 0.875] : [0.5];
  const x: number[] = [];
  for (const start of data.x) for (const place of places) x.push(start + place * width);
  const columns = data.curves.map((curve) => {
    const column: (number | null | undefined)[] = [];
    for (let at = 0; at < data.x.length; ++at) {
      const last = curve.last[at] ?? undefined;
      if (!four) column.push(last);
      else if (!has(curve.min)) column.push(undefined, last, undefined, undefined);
      else {
        const min = curve.min[at] ?? undefined;
        const max = curve.max[at] ?? undefined;
        column.push(curve.first[at] ?? min, min, max, has(curve.last) ? last : max);
      }
    }
    return column;
  });
  return withGaps(x, columns, data, width);
}

/** Where a curve is not a number over more than a bucket, its line is interrupted. */
function withGaps(x: number[], columns: (number | null | undefined)[][], data: ChartData, width: number): Aligned {
  const gaps = data.curves.flatMap((curve, index) =>
    curve.nan
      .filter((span) => span.to - span.from >= width)
      .map((span) => ({ index, at: (span.from + span.to) / 2 + width / 2 })),
  );
  if (gaps.length === 0) return [x, ...columns];
  gaps.sort((a, b) => a.at - b.at);
  const outX: number[] = [];
  const out: (number | null | undefined)[][] = columns.map(() => []);
  let gap = 0;
  for (let at = 0; at <= x.length; ++at) {
    for (; gap < gaps.length && (at === x.length || (gaps[gap]?.at ?? 0) <= (x[at] ?? 0)); ++gap) {
      const place = gaps[gap];
      if (place === undefined) continue;
      if (at < x.length && place.at === x[at]) {
        const column = columns[place.index];
        if (column && column[at] === undefined) column[at] = null;
        continue;
      }
      if (outX[outX.length - 1] === place.at) out[place.index]?.splice(-1, 1, null);
      else {
        outX.push(place.at);
        out.forEach((column, index) => column.push(index === place.index ? null : undefined));
      }
    }
    const next = x[at];
    if (next === undefined) continue;
    outX.push(next);
    out.forEach((column, index) => column.push(columns[index]?.[at]));
  }
  return [outX, ...out];
}

/** For a log axis: values that it cannot show are left out, and counted. */
export function onlyPositive(aligned: Aligned): { data: Aligned; refused: number } {
  let refused = 0;
  const [x, ...columns] = aligned;
  const data = columns.map((column) =>
    column.map((value) => {
      if (value === undefined || value === null || value > 0) return value;
      refused += 1;
      return undefined;
    }),
  );
  return { data: [x, ...data], refused };
}

/** The least and greatest of all that is drawn; null without any. */
export function extremes(data: ChartData, onlyAbove?: number): { lo: number; hi: number } | null {
  let lo = Infinity;
  let hi = -Infinity;
  for (const curve of data.curves) {
    for (const column of [curve.first, curve.min, curve.max, curve.last, curve.lo, curve.hi]) {
      for (const value of column) {
        if (value === null || (onlyAbove !== undefined && value <= onlyAbove)) continue;
        if (value < lo) lo = value;
        if (value > hi) hi = value;
      }
    }
  }
  return lo <= hi ? { lo, hi } : null;
}

/** What the y axis shows: without outliers if the server said so, else all, with some air. */
export function yRangeOf(data: ChartData, log: boolean): { lo: number; hi: number } {
  const range = data.y && !(log && data.y.lo <= 0) ? data.y : extremes(data, log ? 0 : undefined);
  if (range === null) return log ? { lo: 0.1, hi: 1 } : { lo: 0, hi: 1 };
  if (log)
    return range.lo === range.hi
      ? { lo: range.lo / 2, hi: range.hi * 2 }
      : { lo: range.lo / 1.05, hi: range.hi * 1.05 };
  const pad = data.y ? 0 : (range.hi - range.lo) * 0.05 || Math.abs(range.hi) * 0.1 || 1;
  return { lo: range.lo - pad, hi: range.hi + pad };
}

export type Reading = { index: number; value: number; lo?: number; hi?: number };

/** What the curves say nearest to a place, the greatest first. */
export function readingsAt(data: ChartData, place: number): Reading[] {
  const at = nearest(data.x, place);
  const readings: Reading[] = [];
  data.curves.forEach((curve, index) => {
    for (let away = 0; away < 3; ++away) {
      for (const here of away === 0 ? [at] : [at - away, at + away]) {
        const value = (has(curve.last) ? curve.last : curve.max)[here];
        if (value === null || value === undefined) continue;
        const lo = (has(curve.lo) ? curve.lo : curve.min)[here];
        const hi = (has(curve.hi) ? curve.hi : curve.max)[here];
        readings.push({
          index,
          value,
          ...(typeof lo === 'number' ? { lo } : {}),
          ...(typeof hi === 'number' ? { hi } : {}),
        });
        return;
      }
    }
  });
  return readings.sort((a, b) => b.value - a.value);
}

export function nearest(x: readonly number[], place: number): number {
  let low = 0;
  let high = x.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  const before = x[low - 1];
  const here = x[low];
  return before !== undefined && here !== undefined && place - before < here - place ? low - 1 : low;
}

export type Trend = { way: 'rises' | 'falls' | 'level' | 'none'; from: number; to: number; lo: number; hi: number };

/** What a curve does from its first to its last value; level: less than 2 % of its own span. */
export function trendOf(curve: Curve): Trend {
  const values = curve.last.filter((value): value is number => value !== null);
  const from = (has(curve.first) ? curve.first : curve.last).find((value): value is number => value !== null);
  const to = values[values.length - 1];
  if (from === undefined || to === undefined) return { way: 'none', from: NaN, to: NaN, lo: NaN, hi: NaN };
  const all = [...curve.min, ...curve.max, ...values].filter((value): value is number => value !== null);
  const lo = all.reduce((a, b) => Math.min(a, b), Infinity);
  const hi = all.reduce((a, b) => Math.max(a, b), -Infinity);
  const level = Math.abs(to - from) <= 0.02 * (hi - lo);
  return { way: level ? 'level' : to > from ? 'rises' : 'falls', from, to, lo, hi };
}

/** All columns as a table for other programs (RFC 4180). */
export function toCsv(data: ChartData, xName: string): string {
  const names: [string, Column][] = data.curves.flatMap((curve) =>
    (['first', 'min', 'max', 'last', 'lo', 'hi'] as const)
      .filter((name) => has(curve[name]))
      .map((name): [string, Column] => [`${curve.label} ${name}`, curve[name]]),
  );
  return csvOf([
    [xName, ...names.map(([name]) => name)],
    ...data.x.map((x, at) => [x, ...names.map(([, column]) => column[at] ?? null)]),
  ]);
}

/** Places for labels of `height` that want to be at `wanted`, none over another, all within `max`. */
export function spread(wanted: readonly number[], height: number, max: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const places = new Array<number>(wanted.length).fill(0);
  let next = 0;
  for (const index of order) {
    places[index] = Math.max(next, wanted[index] ?? 0);
    next = (places[index] ?? 0) + height;
  }
  let limit = max;
  for (const index of [...order].reverse()) {
    places[index] = Math.min(places[index] ?? 0, limit);
    limit = (places[index] ?? 0) - height;
  }
  return places;
}
