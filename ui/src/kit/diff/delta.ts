// How two values of a comparison differ. Pure.
export type Cell = string | number | null;

/** The number that a value is, however it is written; null: it is none. */
export function numberOf(cell: Cell): number | null {
  if (cell === null || cell === '') return null;
  if (typeof cell === 'number') return cell;
  if (cell === 'NaN' || cell === 'nan') return NaN;
  if (cell === 'Infinity' || cell === '-Infinity') return cell === 'Infinity' ? Infinity : -Infinity;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell.trim()) ? Number(cell) : null;
}

export type Delta = { difference: number; share: number | null };

/** From `base` to `cell`; null unless both are finite numbers that differ. */
export function deltaOf(base: Cell, cell: Cell): Delta | null {
  const from = numberOf(base);
  const to = numberOf(cell);
  if (from === null || to === null || !Number.isFinite(from) || !Number.isFinite(to) || from === to) return null;
  return { difference: to - from, share: from === 0 ? null : (to - from) / Math.abs(from) };
}

/** Equal as numbers, or as texts. */
export function sameCell(a: Cell, b: Cell): boolean {
  const left = numberOf(a);
  const right = numberOf(b);
  if (left !== null && right !== null) return Object.is(left, right) || left === right;
  return a === b;
}
