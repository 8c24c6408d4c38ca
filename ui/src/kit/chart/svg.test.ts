import { expect, it } from 'vitest';
import type { ChartData, Curve } from './data';
import { toSvg, type SvgOptions } from './svg';

const none = { first: [], min: [], max: [], lo: [], hi: [], nan: [], infinities: [], infinite: 0 };
const curve = (part: Partial<Curve>): Curve => ({
  id: 'r',
  label: 'r',
  slot: 0,
  n: 3,
  total: 3,
  last: [],
  ...none,
  ...part,
});
const data = (curves: Curve[], part: Partial<ChartData> = {}): ChartData => ({
  x: [0, 50, 100],
  exact: true,
  from: 0,
  to: 100,
  whole: { from: 0, to: 100 },
  curves,
  clipped: 0,
  points: 100,
  ...part,
});
const options: SvgOptions = {
  title: 'loss',
  axis: 'step',
  xName: 'step',
  log: false,
  width: 492,
  height: 278,
  strokes: [{ color: 'navy', width: 2, dash: [6, 3], muted: false }],
  colors: { page: 'white', text: 'black', muted: 'gray', grid: 'silver' },
  font: 'sans-serif',
};
const read = (svg: string) => new DOMParser().parseFromString(svg, 'image/svg+xml');

it('draws a line from the left to the right edge, at the heights of its values', () => {
  // The area is 400 wide from 72 and 200 high from 34; with 5 % of air the values 0 to 1 are on -0.05 to 1.05.
  const svg = read(toSvg(data([curve({ last: [0, 1, 0.5] })]), options));
  const path = svg.querySelector('path[stroke=navy]');
  expect(path?.getAttribute('d')).toBe('M72 224.91L272 43.09L472 134');
  expect(path?.getAttribute('stroke-dasharray')).toBe('6 3');
  expect([...svg.querySelectorAll('text')].map((text) => text.textContent)).toEqual(
    expect.arrayContaining(['loss', 'step', 'r', '0', '0.6', '100']),
  );
});

it('interrupts a line where there is no number, and marks what is beyond the axis', () => {
  const gap = curve({ last: [0, null, 9], nan: [{ from: 50, to: 50, n: 1 }] });
  const svg = read(toSvg(data([gap], { y: { lo: 0, hi: 1 }, clipped: 1 }), options));
  expect(svg.querySelector('path[stroke=navy]')?.getAttribute('d')?.match(/M/g)).toHaveLength(2);
  expect(svg.querySelectorAll('path[fill=navy]')).toHaveLength(1);
});

it('is well-formed whatever names say', () => {
  const svg = read(toSvg(data([curve({ label: '<a & "b">', last: [1, 2, 3] })]), { ...options, title: 'a<b' }));
  expect(svg.querySelector('parsererror')).toBeNull();
  expect(svg.querySelector('title')?.textContent).toBe('a<b');
});

it('leaves out what a log axis cannot show', () => {
  const svg = read(toSvg(data([curve({ last: [0, 10, 1000] })]), { ...options, log: true }));
  expect(svg.querySelector('path[stroke=navy]')?.getAttribute('d')).toMatch(/^M272 [\d.]+L472 [\d.]+$/);
});
