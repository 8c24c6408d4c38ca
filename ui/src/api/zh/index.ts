// The server's sentences and their Chinese forms; loaded for readers of Chinese alone (api/said.ts).
import type { Forms } from '../said.core';
import { dataZh } from './data';
import { filtersZh } from './filters';
import { ledgerZh } from './ledger';
import { pipelineZh } from './pipeline';
import { requestsZh } from './requests';
import { rolloutZh } from './rollout';
import { trackingZh } from './tracking';
import { watchZh } from './watch';

export const saidZh: Forms = [
  ...requestsZh,
  ...filtersZh,
  ...trackingZh,
  ...ledgerZh,
  ...rolloutZh,
  ...watchZh,
  ...pipelineZh,
  ...dataZh,
];
