import { lazy } from 'react';
import type { Feature } from '../../../kit/feature';

export const experiments: Feature = {
  routes: [
    { path: '/experiments', page: lazy(() => import('./page/experiments')) },
    { path: '/experiments/:number', page: lazy(() => import('./page/experiment')) },
  ],
  peeks: { run: lazy(() => import('./parts/peek')) },
};
