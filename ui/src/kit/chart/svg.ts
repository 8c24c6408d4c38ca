// Curves as an SVG file: the same lines, bands, marks and names as on the page, for papers and reports. Pure.
import { linear, logarithmic, ticks } from '../scale';
import { durationSteps, formatShort, formatX, logTicks } from './axis';
import { align, bucketWidth, onlyPositive, yRangeOf, type ChartData } from './data';
import type { Stroke } from './slots';
import type { XAxis } from './state';

export type SvgOptions = {
  title: string;
  axis: XAxis;
  xName: string;
  log: boolean;
  width: number;
  height: number; // Of the chart; the names of the curves come below.
  strokes: readonly Stroke[]; // As the curves.
  colors: { page: string; text: string; muted: string; grid: string };
  font: string;
};

const margin = { left: 72, right: 20, top: 34, bottom: 44 };
const namesMax = 24;
const nameHeight = 18;

export function toSvg(data: ChartData, options: SvgOptions): string {
  const { width, height, colors, log } = options;
  const bottom = height - margin.bottom;
  const end = width - margin.right;
  const x = linear(data.from, data.to > data.from ? data.to : data.from + 1, margin.left, end);
  const range = yRangeOf(data, log);
  const y = (log ? logarithmic : linear)(range.lo, range.hi, bottom, margin.top);
  const names = data.curves.slice(0, namesMax);
  const total = height + names.length * nameHeight + (data.curves.length > namesMax ? nameHeight : 0) + 8;
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    `<line x1="${figure(x1)}" y1="${figure(y1)}" x2="${figure(x2)}" y2="${figure(y2)}" stroke="${colors.grid}"/>`;
  const word = (left: number, top: number, text: string, more = '') =>
    `<text x="${figure(left)}" y="${figure(top)}" ${more}>${escaped(text)}</text>`;
  const grid = [
    ...yTicks(range, log).map(
      (at) =>
        line(margin.left, y.of(at), end, y.of(at)) +
        word(margin.left - 6, y.of(at) + 4, formatShort(at), `fill="${colors.muted}" text-anchor="end"`),
    ),
    ...xTicks(options.axis, data.from, data.to).map(
      (at) =>
        line(x.of(at), margin.top, x.of(at), bottom) +
        word(x.of(at), bottom + 16, formatX(options.axis, at), `fill="${colors.muted}" text-anchor="middle"`),
    ),
  ];
  const legend = names.map((curve, index) => {
    const top = height + index * nameHeight + 8;
    return (
      `<line x1="${margin.left}" x2="${margin.left + 24}" y1="${top - 4}" y2="${top - 4}" ${strokeText(options.strokes[index])}/>` +
      word(margin.left + 32, top, curve.label)
    );
  });
  if (data.curves.length > namesMax)
    legend.push(word(margin.left + 32, height + namesMax * nameHeight + 8, `… + ${data.curves.length - namesMax}`));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}"`,
    ` font-family="${escaped(options.font)}" font-size="11" fill="${colors.text}">`,
    `<title>${escaped(options.title)}</title><rect width="100%" height="100%" fill="${colors.page}"/>`,
    word(margin.left, 20, options.title, 'font-size="13" font-weight="600"'),
    word((margin.left + end) / 2, height - 10, options.xName, 'text-anchor="middle"'),
    ...grid,
    `<clipPath id="area"><rect x="${margin.left}" y="${margin.top}" width="${end - margin.left}" height="${bottom - margin.top}"/></clipPath>`,
    `<g clip-path="url(#area)" fill="none">`,
    ...data.curves.map((_, index) => bandPath(data, index, x.of, y.of, log, options.strokes[index])),
    ...linePaths(data, x.of, y.of, log, options.strokes),
    ...data.curves.map((_, index) => marks(data, index, x.of, range, margin.top, bottom, options.strokes[index])),
    `</g>`,
    ...legend,
    '</svg>',
  ].join('');
}

export const figure = (value: number) => String(Math.round(value * 100) / 100);
export const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function strokeText(stroke: Stroke | undefined): string {
  const dash = stroke && stroke.dash.length > 0 ? ` stroke-dasharray="${stroke.dash.join(' ')}"` : '';
  return `stroke="${stroke?.color ?? 'currentColor'}" stroke-width="${stroke?.width ?? 1}"${dash}`;
}

function yTicks(range: { lo: number; hi: number }, log: boolean): number[] {
  return log ? logTicks(range.lo, range.hi).named : ticks(range.lo, range.hi, 8);
}

function xTicks(axis: XAxis, from: number, to: number): number[] {
  if (!(to > from)) return [from];
  if (axis === 'step') return ticks(from, to, 8).filter((at) => Number.isInteger(at));
  if (axis === 'metric') return ticks(from, to, 8);
  const step = durationSteps.find((one) => (to - from) / one <= (axis === 'wall' ? 5 : 7)) ?? to - from;
  const places: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) places.push(at);
  return places;
}

type Place = (value: number) => number;

function bandPath(data: ChartData, index: number, x: Place, y: Place, log: boolean, stroke?: Stroke): string {
  const curve = data.curves[index];
  if (!curve || curve.lo.length === 0) return '';
  const half = bucketWidth(data) / 2;
  const up: string[] = [];
  const down: string[] = [];
  data.x.forEach((at, place) => {
    const [lo, hi] = [curve.lo[place], curve.hi[place]];
    if (typeof lo !== 'number' || typeof hi !== 'number' || (log && hi <= 0)) return;
    up.push(`${figure(x(at + half))} ${figure(y(hi))}`);
    down.push(`${figure(x(at + half))} ${figure(y(lo))}`);
  });
  if (up.length === 0) return '';
  return `<path d="M${[...up, ...down.reverse()].join('L')}Z" fill="${stroke?.color ?? 'currentColor'}" fill-opacity="0.18"/>`;
}

/** A line is interrupted where the curve has a gap, and goes on where it merely has no point. */
function linePaths(data: ChartData, x: Place, y: Place, log: boolean, strokes: readonly Stroke[]): string[] {
  const [places, ...columns] = log ? onlyPositive(align(data)).data : align(data);
  return columns.map((column, index) => {
    let path = '';
    let open = false;
    column.forEach((value, at) => {
      if (value === undefined) return;
      if (value !== null) path += `${open ? 'L' : 'M'}${figure(x(places[at] ?? 0))} ${figure(y(value))}`;
      open = value !== null;
    });
    return path === '' ? '' : `<path d="${path}" ${strokeText(strokes[index])} stroke-linejoin="round"/>`;
  });
}

/** Triangles at the edge for what is beyond the axis or infinite. */
function marks(
  data: ChartData,
  index: number,
  x: Place,
  range: { lo: number; hi: number },
  top: number,
  bottom: number,
  stroke?: Stroke,
): string {
  const curve = data.curves[index];
  if (!curve) return '';
  const half = bucketWidth(data) / 2;
  const highs = [curve.hi, curve.max, curve.last].find((column) => column.length > 0) ?? [];
  const lows = [curve.lo, curve.min, curve.last].find((column) => column.length > 0) ?? [];
  const triangle = (at: number, above: boolean) => {
    const [left, edge, inner] = [x(at), above ? top : bottom, above ? top + 7 : bottom - 7];
    return `<path d="M${figure(left)} ${edge}L${figure(left - 4)} ${inner}L${figure(left + 4)} ${inner}Z" fill="${stroke?.color ?? 'currentColor'}"/>`;
  };
  const found = data.x.flatMap((at, place) => {
    const [high, low] = [highs[place], lows[place]];
    return [
      ...(typeof high === 'number' && high > range.hi ? [triangle(at + half, true)] : []),
      ...(typeof low === 'number' && low < range.lo && low > -Infinity ? [triangle(at + half, false)] : []),
    ];
  });
  return [...found, ...curve.infinities.map((point) => triangle(point.x, point.above))].join('');
}
