// What curves, comparisons and a run's pages ask of the server: the generated types, with what the documents
// say beyond them (docs/formats/native_api.md, series.md).
import type { components } from '../../../api/schema';
import type { ChartState } from '../../../kit/chart/state';

type Schemas = components['schemas'];

export type KeyValue = Schemas['KeyValue'];
export type Metric = Schemas['Metric'];
export type Run = Schemas['Run'];
export type ModelLink = Schemas['ModelLink'];
export type RunAnswer = Schemas['RunAnswer'];
export type KeysAnswer = Schemas['KeysAnswer'];
export type RunName = Schemas['RunName'];
export type RunFile = Schemas['RunFile'];
export type FilesAnswer = Schemas['RunFilesAnswer'];
export type ReproduceAnswer = Schemas['ReproduceAnswer'];
export type RunLogsAnswer = Schemas['RunLogsAnswer'];
export type RunLogJob = Schemas['RunLogJob'];
export type RunBaseline = Schemas['RunBaseline'];
export type RunBaselineAnswer = Schemas['RunBaselineAnswer'];
export type PageView = Schemas['PageView'];

/** Columns of numbers; `null` where there is none. */
type Numbers = (number | null)[];
type Column = 'first' | 'min' | 'max' | 'last' | 'lo' | 'hi';
type Range = { lo: number; hi: number };

export type MetricSeries = Omit<Schemas['MetricSeries'], Column | 'nan' | 'infinities'> &
  Record<Column, Numbers> & {
    nan: { from: number; to: number; n: number }[];
    infinities: { x: number; above: boolean }[];
  };
export type SeriesAnswer = Omit<Schemas['SeriesAnswer'], 'x' | 'from' | 'to' | 'whole' | 'series' | 'y'> & {
  x: number[];
  from: number;
  to: number;
  whole: Range;
  series: MetricSeries[];
  y?: Range;
};
export type SeriesBody = {
  runs: string[];
  keys: string[];
  x: ChartState['x'];
  x_key?: string;
  from?: number;
  to?: number;
  points: number;
  smooth?: { kind: string; strength: number };
  outliers?: number;
  groups?: { runs: string[] }[];
  band?: string;
};

export type DiffRow = Omit<Schemas['RunDiffRow'], 'values'> & { values: (string | number | null)[] };
export type DiffAnswer = Omit<Schemas['RunDiffAnswer'], 'rows'> & { rows: DiffRow[] };

export type ParallelAxis = Omit<Schemas['ParallelAxis'], 'type' | 'values'> & {
  type: 'number' | 'log' | 'category';
  values: Numbers;
};
export type ParallelAnswer = Omit<Schemas['ParallelAnswer'], 'axes'> & { axes: ParallelAxis[] };
