// Axes: where a value is drawn, and which round values are named.

export type Scale = { of: (value: number) => number; from: number; to: number };

/** A line from [from, to] to [start, end]; a span of nothing is drawn in the middle. */
export function linear(from: number, to: number, start: number, end: number): Scale {
  const span = to - from;
  return {
    from,
    to,
    of: (value) => (span === 0 ? (start + end) / 2 : start + ((value - from) / span) * (end - start)),
  };
}

/** Powers of ten alike; values that are not above 0 are drawn at the start. */
export function logarithmic(from: number, to: number, start: number, end: number): Scale {
  const low = Math.log10(Math.max(from, Number.MIN_VALUE));
  const inner = linear(low, Math.log10(Math.max(to, Number.MIN_VALUE)), start, end);
  return { from, to, of: (value) => inner.of(value > 0 ? Math.max(low, Math.log10(value)) : low) };
}

/** About `count` round values within [from, to], ascending. */
export function ticks(from: number, to: number, count: number): number[] {
  if (!(to > from) || count < 1) return [from];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? 10 * power;
  const found: number[] = [];
  for (let at = Math.ceil(from / step - 1e-9); at * step <= to + step * 1e-9; ++at) {
    found.push(Number((at * step).toPrecision(12)));
  }
  return found.length > 0 ? found : [from];
}

/** A range that holds all of it with some air, within [least, most]. */
export function padded(values: readonly number[], least: number, most: number): [number, number] {
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return [least, most];
  const low = Math.min(...known);
  const high = Math.max(...known);
  const air = Math.max((high - low) * 0.1, Math.abs(high) * 0.01, 1e-9);
  return [Math.max(least, low - air), Math.min(most, high + air)];
}
