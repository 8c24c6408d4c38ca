// Parallel coordinates as an SVG file. Pure but for the colours, which are given.
import { formatShort } from '../chart/axis';
import { escaped, figure } from '../chart/svg';
import { domainOf, shareOf, ticksOf, type Axis } from './layout';
import { axisX, margins, yOf } from './paint';

export type ParallelPicture = {
  axes: readonly Axis[];
  kept: Uint8Array;
  colorOf: (line: number) => string;
  colors: { page: string; text: string; axis: string; out: string };
  font: string;
  width: number;
  height: number;
};

export function toSvg(picture: ParallelPicture): string {
  const { axes, kept, colors, width, height } = picture;
  const domains = axes.map(domainOf);
  const places = axes.map((_, index) => axisX(index, axes.length, width));
  const pathOf = (line: number) => {
    let path = '';
    let open = false;
    axes.forEach((axis, index) => {
      const domain = domains[index];
      const share = domain ? shareOf(axis, domain, axis.values[line]) : null;
      if (share !== null) path += `${open ? 'L' : 'M'}${figure(places[index] ?? 0)} ${figure(yOf(share, height))}`;
      open = share !== null;
    });
    return path;
  };
  const order = [...kept.keys()].sort((a, b) => (kept[a] ?? 0) - (kept[b] ?? 0));
  const lines = order.map(
    (line) => `<path d="${pathOf(line)}" stroke="${kept[line] === 0 ? colors.out : picture.colorOf(line)}"/>`,
  );
  const scales = axes.map((axis, index) => {
    const x = figure(places[index] ?? 0);
    const ticks = ticksOf(axis, domains[index] ?? { lo: 0, hi: 1 }, (value) => formatShort(value, 3));
    return [
      `<line x1="${x}" x2="${x}" y1="${margins.top}" y2="${height - margins.bottom}" stroke="${colors.axis}"/>`,
      `<text x="${x}" y="16" text-anchor="middle" font-weight="600">${escaped(axis.label)}</text>`,
      ...ticks.map(
        (tick) =>
          `<text x="${figure((places[index] ?? 0) + 5)}" y="${figure(yOf(tick.share, height) + 4)}" stroke="${colors.page}" ` +
          `stroke-width="3" paint-order="stroke">${escaped(tick.text)}</text>`,
      ),
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    ` font-family="${escaped(picture.font)}" font-size="11" fill="${colors.text}">`,
    `<rect width="100%" height="100%" fill="${colors.page}"/>`,
    `<g fill="none" stroke-width="1.2">${lines.join('')}</g>`,
    ...scales,
    '</svg>',
  ].join('');
}
