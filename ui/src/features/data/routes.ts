import { lazy } from 'react';
import type { Feature } from '../../kit/feature';

export const data: Feature = {
  routes: [
    { path: '/datasets', page: lazy(() => import('./page/datasets')) },
    { path: '/datasets/:name', page: lazy(() => import('./page/dataset')) },
    { path: '/datasets/:name/diff/:range', page: lazy(() => import('./page/diff')) },
  ],
  peeks: { dataset: lazy(() => import('./page/peek')) },
};
