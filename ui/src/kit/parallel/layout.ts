// Where lines of parallel coordinates run, and which a brush keeps. Pure.
export type Axis = {
  id: string;
  label: string;
  type: 'number' | 'log' | 'category';
  values: readonly (number | null)[]; // Of a category: its index.
  categories: readonly string[];
};
export type Brush = { lo: number; hi: number }; // Shares of the axis, 0 below.
export type Brushes = Readonly<Record<string, Brush>>;

export type Domain = { lo: number; hi: number };

export function domainOf(axis: Axis): Domain {
  if (axis.type === 'category') return { lo: -0.5, hi: Math.max(0.5, axis.categories.length - 0.5) };
  let lo = Infinity;
  let hi = -Infinity;
  for (const value of axis.values) {
    if (value === null || (axis.type === 'log' && value <= 0)) continue;
    lo = Math.min(lo, value);
    hi = Math.max(hi, value);
  }
  if (lo > hi) return axis.type === 'log' ? { lo: 0.1, hi: 1 } : { lo: 0, hi: 1 };
  if (lo === hi) return axis.type === 'log' ? { lo: lo / 2, hi: hi * 2 } : { lo: lo - 0.5, hi: hi + 0.5 };
  return { lo, hi };
}

/** Where a value lies, 0 at the bottom to 1; null: it does not. */
export function shareOf(axis: Axis, domain: Domain, value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  if (axis.type !== 'log') return (value - domain.lo) / (domain.hi - domain.lo);
  if (value <= 0) return null;
  return Math.log(value / domain.lo) / Math.log(domain.hi / domain.lo);
}

export function valueAt(axis: Axis, domain: Domain, share: number): number {
  if (axis.type === 'log') return domain.lo * (domain.hi / domain.lo) ** share;
  return domain.lo + share * (domain.hi - domain.lo);
}

export type Ticks = { share: number; text: string }[];

export function ticksOf(axis: Axis, domain: Domain, format: (value: number) => string): Ticks {
  if (axis.type === 'category') {
    const every = Math.ceil(axis.categories.length / 16);
    return axis.categories
      .map((text, index) => ({ share: shareOf(axis, domain, index) ?? 0, text }))
      .filter((_, index) => index % every === 0);
  }
  if (axis.type === 'log') {
    const from = Math.ceil(Math.log10(domain.lo) - 1e-9);
    const to = Math.floor(Math.log10(domain.hi) + 1e-9);
    const powers = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => 10 ** (from + at));
    const marks = powers.length >= 2 ? powers : [domain.lo, domain.hi];
    return marks.map((value) => ({ share: shareOf(axis, domain, value) ?? 0, text: format(value) }));
  }
  return [0, 0.25, 0.5, 0.75, 1].map((share) => ({ share, text: format(valueAt(axis, domain, share)) }));
}

/** Which lines every brush keeps. */
export function keptBy(axes: readonly Axis[], brushes: Brushes, count: number): Uint8Array {
  const kept = new Uint8Array(count).fill(1);
  for (const axis of axes) {
    const brush = brushes[axis.id];
    if (!brush) continue;
    const domain = domainOf(axis);
    for (let at = 0; at < count; ++at) {
      const share = shareOf(axis, domain, axis.values[at]);
      if (share === null || share < brush.lo || share > brush.hi) kept[at] = 0;
    }
  }
  return kept;
}

/** The axes with one moved to another place. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const out = [...items];
  const [item] = out.splice(from, 1);
  if (item !== undefined) out.splice(Math.max(0, Math.min(out.length, to)), 0, item);
  return out;
}
