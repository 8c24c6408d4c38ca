import { lazy } from 'react';
import type { Feature } from '../../kit/feature';

export const rollout: Feature = {
  routes: [
    { path: '/endpoints', page: lazy(() => import('./page/endpoints')) },
    { path: '/endpoints/:name', page: lazy(() => import('./page/endpoint')) },
    { path: '/rollouts/:number', page: lazy(() => import('./page/rollout')) },
  ],
  peeks: { endpoint: lazy(() => import('./page/peek')) },
};
