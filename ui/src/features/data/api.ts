// What the native API answers of datasets (docs/formats/native_api.md): the generated types.
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type Column = Schemas['DataColumn'];
export type Version = Schemas['DatasetVersion'];
export type Dataset = Schemas['Dataset'];
export type DatasetAnswer = Schemas['DatasetAnswer'];
export type DatasetsAnswer = Schemas['DatasetsAnswer'];
export type VersionsAnswer = Schemas['DatasetVersionsAnswer'];
export type Rejected = Schemas['RejectedVersion'];
export type RejectedAnswer = Schemas['RejectedAnswer'];
export type RowsAnswer = Schemas['RowsAnswer'];
export type Row = RowsAnswer['rows'][number];
export type CheckOutcome = Schemas['CheckOutcome'];
export type Report = Schemas['ContractReport'];
export type CheckCounts = Schemas['CheckCounts'];
export type Check = Schemas['ContractCheck'];
export type ContractAnswer = Schemas['ContractAnswer'];
/** Of each commit, `null` where its contract had no such check, or where there was nothing to measure. */
export type CheckTrend = Omit<Schemas['CheckTrend'], 'states' | 'values' | 'lows' | 'highs'> & {
  states: (string | null)[];
  values: (number | null)[];
  lows: (number | null)[];
  highs: (number | null)[];
};
export type TrendAnswer = Omit<Schemas['CheckTrendAnswer'], 'checks'> & { checks: CheckTrend[] };
export type ColumnSummary = Schemas['ColumnSummary'];
export type Statistics = Schemas['StatisticsAnswer'];
export type Consumer = Schemas['DatasetConsumer'];
export type ConsumersAnswer = Schemas['DatasetConsumersAnswer'];
export type TreeFile = Schemas['TreeFile'];
export type FilesAnswer = Schemas['TreeFilesAnswer'];
export type RowChange = Schemas['DataRowChange'];
/** Of a table's versions, or of a tree's. */
export type Difference = Partial<Schemas['DifferenceAnswer']> &
  Partial<Schemas['TreeDifferenceAnswer']> &
  Pick<Schemas['DifferenceAnswer'], 'added' | 'removed' | 'changed' | 'same'>;

export const datasetPath = (name: string, rest = '') => `datasets/${encodeURIComponent(name)}${rest}`;
export const datasetUrl = (name: string, rest = '') => `/datasets/${encodeURIComponent(name)}${rest}`;
