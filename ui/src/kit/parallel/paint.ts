// Paints the lines: grouped by colour, so that a thousand lines are few strokes.
import { token } from '../chart/slots';
import { domainOf, shareOf, type Axis } from './layout';

export const margins = { left: 72, right: 72, top: 40, bottom: 16 };
const buckets = 64;

export function axisX(index: number, count: number, width: number): number {
  return count < 2 ? width / 2 : margins.left + (index * (width - margins.left - margins.right)) / (count - 1);
}
export const yOf = (share: number, height: number) =>
  height - margins.bottom - share * (height - margins.top - margins.bottom);
export const shareAt = (y: number, height: number) =>
  Math.max(0, Math.min(1, (height - margins.bottom - y) / (height - margins.top - margins.bottom)));

/** A colour of the sequential scale, from its lower middle to its end: its light end would vanish. */
function shade(share: number): string {
  return token(`--g-seq-${3 + Math.min(4, Math.max(0, Math.round(share * 4)))}`);
}

/** Which of 64 colours a line has; -1: it has no value to be coloured by. */
function bucketsOf(color: Axis | undefined): (line: number) => number {
  const domain = color ? domainOf(color) : null;
  return (line) => {
    const share = color && domain ? shareOf(color, domain, color.values[line]) : 0.5;
    return share === null ? -1 : Math.round(Math.max(0, Math.min(1, share)) * (buckets - 1));
  };
}
export const colorsOf = (color: Axis | undefined): ((line: number) => string) => {
  const bucketOf = bucketsOf(color);
  return (line) => colorOf(bucketOf(line));
};
const colorOf = (bucket: number) => (bucket < 0 ? token('--g-control') : shade(bucket / (buckets - 1)));

export function paintLines(
  canvas: HTMLCanvasElement,
  axes: readonly Axis[],
  color: Axis | undefined,
  kept: Uint8Array,
  hovered: number | null,
) {
  const ctx = canvas.getContext('2d');
  if (!ctx) return;
  const scale = window.devicePixelRatio;
  const width = canvas.width / scale;
  const height = canvas.height / scale;
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const domains = axes.map(domainOf);
  const places = axes.map((_, index) => axisX(index, axes.length, width));
  const path = (line: number) => {
    let open = false;
    axes.forEach((axis, index) => {
      const domain = domains[index];
      const share = domain ? shareOf(axis, domain, axis.values[line]) : null;
      if (share === null) {
        open = false;
        return;
      }
      const x = places[index] ?? 0;
      if (open) ctx.lineTo(x, yOf(share, height));
      else ctx.moveTo(x, yOf(share, height));
      open = true;
    });
  };
  const bucketOf = bucketsOf(color);
  const groups = new Map<number, number[]>();
  const out: number[] = [];
  kept.forEach((keep, line) => {
    if (keep === 0) return void out.push(line);
    const bucket = bucketOf(line);
    const group = groups.get(bucket);
    if (group) group.push(line);
    else groups.set(bucket, [line]);
    return undefined;
  });
  const stroke = (lines: readonly number[], style: string, lineWidth: number, alpha: number) => {
    ctx.strokeStyle = style;
    ctx.lineWidth = lineWidth;
    ctx.globalAlpha = alpha;
    ctx.beginPath();
    lines.forEach(path);
    ctx.stroke();
  };
  const alpha = kept.length > 300 ? 0.55 : 0.9;
  stroke(out, token('--g-divider'), 1, 0.7);
  for (const [bucket, lines] of [...groups.entries()].sort(([a], [b]) => a - b))
    stroke(lines, colorOf(bucket), 1.2, alpha);
  if (hovered !== null) stroke([hovered], token('--g-cat-2'), 3, 1);
  ctx.globalAlpha = 1;
}

/** The line nearest to a place between two axes, if it is near. */
export function lineAt(
  axes: readonly Axis[],
  kept: Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
): number | null {
  const places = axes.map((_, index) => axisX(index, axes.length, width));
  const right = places.findIndex((place) => place >= x);
  const left = right - 1;
  const [a, b] = [axes[left], axes[right]];
  if (right < 1 || !a || !b) return null;
  const [domainA, domainB] = [domainOf(a), domainOf(b)];
  const along = (x - (places[left] ?? 0)) / ((places[right] ?? 1) - (places[left] ?? 0));
  let best: number | null = null;
  let distance = 8;
  kept.forEach((keep, line) => {
    if (keep === 0) return;
    const from = shareOf(a, domainA, a.values[line]);
    const to = shareOf(b, domainB, b.values[line]);
    if (from === null || to === null) return;
    const away = Math.abs(yOf(from + (to - from) * along, height) - y);
    if (away < distance) [best, distance] = [line, away];
  });
  return best;
}
