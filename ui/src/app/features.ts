// Every feature of the page, in one table.
import { data } from '../features/data/routes';
import { home } from '../features/home/routes';
import { ledger } from '../features/ledger/routes';
import { pipeline } from '../features/pipeline/routes';
import { registry } from '../features/registry/routes';
import { rollout } from '../features/rollout/routes';
import { settings } from '../features/settings/routes';
import { curves } from '../features/tracking/curves/routes';
import { experiments } from '../features/tracking/experiments/routes';
import { watch } from '../features/watch/routes';
import type { Feature } from '../kit/feature';

export const features: Feature[] = [
  home,
  data,
  experiments,
  curves,
  pipeline,
  registry,
  rollout,
  watch,
  ledger,
  settings,
];
