import { lazy } from 'react';
import type { Feature } from '../../kit/feature';

export const pipeline: Feature = {
  routes: [
    { path: '/pipelines', page: lazy(() => import('./page/pipelines')) },
    { path: '/pipeline-runs/:run', page: lazy(() => import('./page/run')) },
  ],
  peeks: { 'pipeline-run': lazy(() => import('./page/peek')) },
};
