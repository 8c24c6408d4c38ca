import { lazy } from 'react';
import type { Feature } from '../../kit/feature';

export const registry: Feature = {
  routes: [
    { path: '/models', page: lazy(() => import('./page/models')) },
    { path: '/models/:name', page: lazy(() => import('./page/model')) },
  ],
};
