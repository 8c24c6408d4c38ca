import { lazy } from 'react';
import type { Feature } from '../../../kit/feature';

export const curves: Feature = {
  routes: [
    { path: '/runs/:id', page: lazy(() => import('../run/page/run')) },
    { path: '/compare', page: lazy(() => import('../compare/page/compare')) },
  ],
};
