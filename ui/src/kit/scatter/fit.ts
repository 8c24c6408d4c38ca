// Least squares through points, for a scatter plot. Pure.
export type Place = { x: number; y: number };
export type Line = { slope: number; intercept: number; r2: number; n: number };

/** Null: fewer than three points, or all at one x. */
export function fitLine(points: readonly Place[]): Line | null {
  const n = points.length;
  if (n < 3) return null;
  const meanX = points.reduce((sum, point) => sum + point.x, 0) / n;
  const meanY = points.reduce((sum, point) => sum + point.y, 0) / n;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  if (xx === 0) return null;
  const slope = xy / xx;
  return { slope, intercept: meanY - slope * meanX, r2: yy === 0 ? 1 : (xy * xy) / (xx * yy), n };
}
