// Where the points of a small curve stand. Pure.
export type SparkSize = { width: number; height: number; edge: number };
export type SparkPlace = { x: number; y: number };

const round = (value: number) => Math.round(value * 10) / 10;

/** A path through the points, and the place of any of them; a curve of one height lies in the middle. */
export function sparkPath(
  x: readonly number[],
  y: readonly number[],
  { width, height, edge }: SparkSize,
): { path: string; at: (step: number, value: number | undefined) => SparkPlace | undefined } {
  const [from, to] = [x[0] ?? 0, x.at(-1) ?? 0];
  const [low, high] = [Math.min(...y), Math.max(...y)];
  const across = (step: number) =>
    round(to === from ? width / 2 : edge + ((step - from) / (to - from)) * (width - 2 * edge));
  const down = (value: number) =>
    round(high === low ? height / 2 : height - edge - ((value - low) / (high - low)) * (height - 2 * edge));
  const path = x.map((step, at) => `${at === 0 ? 'M' : 'L'}${across(step)} ${down(y[at] ?? low)}`).join('');
  const at = (step: number, value: number | undefined) =>
    value === undefined || step < from || step > to || value < low || value > high
      ? undefined
      : { x: across(step), y: down(value) };
  return { path, at };
}
