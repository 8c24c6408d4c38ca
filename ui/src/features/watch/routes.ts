import { lazy } from 'react';
import type { Feature } from '../../kit/feature';

export const watch: Feature = {
  routes: [
    { path: '/monitors', page: lazy(() => import('./page/monitors')) },
    { path: '/monitors/:name', page: lazy(() => import('./page/monitor')) },
    { path: '/incidents', page: lazy(() => import('./page/incidents')) },
    { path: '/incidents/:number', page: lazy(() => import('./page/incident')) },
    { path: '/alerts', page: lazy(() => import('./page/alerts')) },
  ],
  peeks: {
    incident: lazy(() => import('./parts/incidentpeek')),
  },
};
