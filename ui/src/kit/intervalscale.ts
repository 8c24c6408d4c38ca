// Where an interval's figures lie on a line: pure.
export type IntervalFigures = { value?: number; lo?: number; hi?: number };
export type Domain = { from: number; to: number };

/** From the least to the greatest of all figures, with room at both ends; with `zero` as far below it as above. */
export function domainOf(
  rows: readonly IntervalFigures[],
  options: { zero?: boolean; threshold?: number } = {},
): Domain {
  const all = rows
    .flatMap((row) => [row.value, row.lo, row.hi])
    .filter((one): one is number => one !== undefined && Number.isFinite(one));
  if (options.threshold !== undefined) all.push(options.threshold);
  if (options.zero) {
    const most = Math.max(0, ...all.map(Math.abs)) || 1;
    return { from: -most * 1.05, to: most * 1.05 };
  }
  if (all.length === 0) return { from: 0, to: 1 };
  const from = Math.min(...all);
  const to = Math.max(...all);
  const room = (to - from) * 0.08 || Math.abs(from) * 0.1 || 1;
  return { from: from - room, to: to + room };
}

/** Pixels from the left, within 0 and `width`. */
export function place(domain: Domain, value: number, width: number): number {
  const share = (value - domain.from) / (domain.to - domain.from);
  return Math.min(1, Math.max(0, share)) * width;
}
