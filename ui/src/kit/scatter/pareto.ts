// Which points no other point beats: the Pareto front of two numbers, each of which shall be small or large. Pure.
import type { Place } from './fit';

export type Better = 'min' | 'max';

/** Indices of the points for which no other is as good in both numbers and better in one; from the best `x` on. Equal
 * points are on the front together. */
export function paretoFront(points: readonly Place[], better: { x: Better; y: Better }): number[] {
  // As if both were to be small.
  const cost = points.map(({ x, y }) => ({ x: better.x === 'min' ? x : -x, y: better.y === 'min' ? y : -y }));
  const order = points
    .map((_, index) => index)
    .sort((a, b) => {
      const [left, right] = [cost[a], cost[b]];
      return left && right ? left.x - right.x || left.y - right.y || a - b : 0;
    });
  const front: number[] = [];
  let least = Infinity;
  let last: Place | null = null;
  for (const index of order) {
    const here = cost[index];
    if (!here) continue;
    const isSame = last !== null && last.x === here.x && last.y === here.y;
    if (!isSame && here.y >= least) continue;
    front.push(index);
    last = here;
    least = here.y;
  }
  return front;
}

/** The corners of the line behind which everything is beaten, through the points of a front in its order. */
export function stairs(front: readonly Place[]): Place[] {
  return front.flatMap((point, at) => {
    const next = front[at + 1];
    return next && next.x !== point.x ? [point, { x: next.x, y: point.y }] : [point];
  });
}
