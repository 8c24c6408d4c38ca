import { lazy } from 'react';
import type { Feature } from '../../kit/feature';

export const home: Feature = {
  routes: [
    { path: '/home', page: lazy(() => import('./page/home')) },
    { path: '/search', page: lazy(() => import('./page/search')) },
  ],
};
