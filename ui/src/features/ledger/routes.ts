import { lazy } from 'react';
import type { Feature } from '../../kit/feature';

export const ledger: Feature = {
  routes: [
    { path: '/lineage/prediction/:id', page: lazy(() => import('./page/why')) },
    { path: '/lineage/dataset/:name/:version', page: lazy(() => import('./page/down')) },
    { path: '/lineage/graph', page: lazy(() => import('./page/graph')) },
    { path: '/audit', page: lazy(() => import('./page/audit')) },
  ],
};
