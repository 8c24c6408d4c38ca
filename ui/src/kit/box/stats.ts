// What a box plot shows of some numbers (Tukey, "Exploratory Data Analysis", 1977). Pure.
export type BoxStats = {
  n: number;
  min: number;
  q1: number;
  median: number;
  q3: number;
  max: number;
  low: number; // Whiskers: the farthest values within 1.5 times the box from it.
  high: number;
  outside: number; // Values beyond the whiskers.
};

/** By linear interpolation between the values beside it, as numpy and R (type 7) do. `sorted` is not empty. */
export function quantile(sorted: readonly number[], p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? NaN;
  const high = sorted[below + 1] ?? low;
  return low + (place - below) * (high - low);
}

/** Null: there is no number. */
export function boxOf(values: readonly number[]): BoxStats | null {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted[sorted.length - 1]];
  if (min === undefined || max === undefined) return null;
  const [q1, median, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  const reach = 1.5 * (q3 - q1);
  const inside = sorted.filter((value) => value >= q1 - reach && value <= q3 + reach);
  // A whisker never ends inside of the box.
  const low = Math.min(q1, inside[0] ?? q1);
  const high = Math.max(q3, inside[inside.length - 1] ?? q3);
  const outside = sorted.filter((value) => value < low || value > high).length;
  return { n: sorted.length, min, q1, median, q3, max, low, high, outside };
}

export type Category = { name: string; lines: number[] };

/** Lines by the text of their category, numbers in their order, then texts; the most frequent if there are more than
 * `most`, with `left` lines in those that are left out. */
export function categoriesOf(
  texts: readonly (string | number | null)[],
  most: number,
): { shown: Category[]; left: { categories: number; lines: number } } {
  const found = new Map<string, Category>();
  texts.forEach((text, line) => {
    if (text === null) return;
    const name = String(text);
    const category = found.get(name);
    if (category) category.lines.push(line);
    else found.set(name, { name, lines: [line] });
  });
  const byCount = [...found.values()].sort((a, b) => b.lines.length - a.lines.length);
  const rest = byCount.slice(most);
  const shown = byCount.slice(0, most).sort((a, b) => {
    const [left, right] = [Number(a.name), Number(b.name)];
    if (Number.isNaN(left) !== Number.isNaN(right)) return Number.isNaN(left) ? 1 : -1;
    return Number.isNaN(left) ? (a.name < b.name ? -1 : 1) : left - right;
  });
  const lines = rest.reduce((sum, category) => sum + category.lines.length, 0);
  return { shown, left: { categories: rest.length, lines } };
}
