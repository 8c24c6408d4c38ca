import { lazy } from 'react';
import type { Feature } from '../../kit/feature';

export const settings: Feature = { routes: [{ path: '/settings', page: lazy(() => import('./page/settings')) }] };
