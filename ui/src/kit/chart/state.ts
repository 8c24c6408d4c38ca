// A chart's settings and how they stand in a URL: `x:wall,s:twema:.6,y:log,o:1,z:100..200`, `x:metric:epoch`.
// Defaults are left out; what cannot be read is dropped.
import type { Codec } from '../urlstate';

export type XAxis = 'step' | 'relative' | 'wall' | 'metric';
export type SmoothKind = 'none' | 'twema' | 'gaussian' | 'median';
export type Zoom = { from?: number; to?: number }; // An open end goes with the data.

export type ChartState = {
  x: XAxis;
  xKey: string; // Of `metric`: which.
  smooth: { kind: SmoothKind; strength: number };
  log: boolean;
  outliers: boolean;
  group: string; // A parameter's or tag's name; empty: every run alone.
  band: 'sd' | 'ci' | 'minmax';
  zoom: Zoom | null;
};

export const plainChart: ChartState = {
  x: 'step',
  xKey: '',
  smooth: { kind: 'none', strength: 0 },
  log: false,
  outliers: false,
  group: '',
  band: 'ci',
  zoom: null,
};

/** The strengths that the keys s and S go through. */
export const strengths: Record<Exclude<SmoothKind, 'none'>, readonly number[]> = {
  twema: [0.3, 0.6, 0.8, 0.9, 0.95, 0.99],
  gaussian: [1, 2, 5, 10, 20, 50, 100],
  median: [3, 5, 11, 21, 51, 101],
};
export const strengthMax = { none: 0, twema: 1, gaussian: 200, median: 1001 } as const;
/** The share that `outliers` cuts off at each end. */
export const outlierShare = 0.01;

const xAxes: readonly XAxis[] = ['step', 'relative', 'wall'];
const metricPrefix = 'metric:';
const kinds: readonly SmoothKind[] = ['none', 'twema', 'gaussian', 'median'];
const bands: readonly ChartState['band'][] = ['sd', 'ci', 'minmax'];

const short = (value: number) => String(value).replace(/^(-?)0\./, '$1.');
const figure = (text: string): number | undefined => {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
};

export function writeChart(state: ChartState): string {
  const parts: string[] = [];
  if (state.x === 'metric') parts.push(`x:${metricPrefix}${encodeURIComponent(state.xKey)}`);
  else if (state.x !== 'step') parts.push(`x:${state.x}`);
  if (state.smooth.kind !== 'none') parts.push(`s:${state.smooth.kind}:${short(state.smooth.strength)}`);
  if (state.log) parts.push('y:log');
  if (state.outliers) parts.push('o:1');
  if (state.group !== '') parts.push(`g:${encodeURIComponent(state.group)}`);
  if (state.band !== 'ci') parts.push(`b:${state.band}`);
  if (state.zoom) parts.push(`z:${state.zoom.from ?? ''}..${state.zoom.to ?? ''}`);
  return parts.join(',');
}

export function parseChart(text: string): ChartState {
  const state: ChartState = { ...plainChart };
  for (const part of text.split(',')) {
    const at = part.indexOf(':');
    const name = part.slice(0, at);
    const value = part.slice(at + 1);
    if (name === 'x') Object.assign(state, parseX(value));
    else if (name === 's') state.smooth = parseSmooth(value) ?? state.smooth;
    else if (name === 'y') state.log = value === 'log';
    else if (name === 'o') state.outliers = value === '1';
    else if (name === 'g') state.group = decode(value);
    else if (name === 'b') state.band = bands.find((band) => band === value) ?? state.band;
    else if (name === 'z') state.zoom = parseZoom(value);
  }
  return state;
}

function parseX(text: string): Pick<ChartState, 'x' | 'xKey'> {
  const key = text.startsWith(metricPrefix) ? decode(text.slice(metricPrefix.length)) : '';
  if (key !== '') return { x: 'metric', xKey: key };
  return { x: xAxes.find((axis) => axis === text) ?? 'step', xKey: '' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function parseSmooth(text: string): ChartState['smooth'] | null {
  const [name, size] = text.split(':');
  const kind = kinds.find((one) => one === name);
  const strength = figure(size ?? '');
  if (kind === undefined || kind === 'none' || strength === undefined) return null;
  return strength >= 0 && strength <= strengthMax[kind] ? { kind, strength } : null;
}

function parseZoom(text: string): Zoom | null {
  const [a = '', b = ''] = text.split('..');
  const from = figure(a);
  const to = figure(b);
  if (from === undefined && to === undefined) return null;
  if (from !== undefined && to !== undefined && from > to) return null;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

export const chartCodec: Codec<ChartState> = { parse: parseChart, write: writeChart, initial: plainChart };

/** The next weaker or stronger smoothing; none before the weakest. */
export function stepSmooth(smooth: ChartState['smooth'], by: 1 | -1): ChartState['smooth'] {
  const kind = smooth.kind === 'none' ? 'twema' : smooth.kind;
  const steps = strengths[kind];
  const at = smooth.kind === 'none' ? -1 : steps.findLastIndex((strength) => strength <= smooth.strength);
  const next = Math.min(steps.length - 1, at + by);
  const strength = steps[next];
  return next < 0 || strength === undefined ? { kind: 'none', strength: 0 } : { kind, strength };
}

/** A zoom within all there is: one that would leave it is moved back, and an end that touches the data's is left open,
 * so that it goes with new points. */
export function zoomTo(from: number, to: number, whole: { from: number; to: number }): Zoom | null {
  const width = Math.min(to - from, whole.to - whole.from);
  const start = Math.max(whole.from, Math.min(from, whole.to - width));
  const slack = (whole.to - whole.from) * 1e-6;
  const zoom: Zoom = {};
  if (start > whole.from + slack) zoom.from = start;
  if (start + width < whole.to - slack) zoom.to = start + width;
  return zoom.from === undefined && zoom.to === undefined ? null : zoom;
}
