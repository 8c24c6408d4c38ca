// How many things need a person, by the navigation's path: what home's "needs you" list counts.
import { useMemo } from 'react';
import { useApi } from '../api/client';
import type { Schemas } from '../api/schema';

const pathOf: Record<string, string> = {
  rollout: '/endpoints',
  endpoint: '/endpoints',
  incident: '/incidents',
  alert: '/incidents',
  pipeline: '/pipelines',
  schedule: '/pipelines',
};

export function useBadges(): Record<string, number> {
  const { data } = useApi<Schemas['HomeAnswer']>('home', {}, { topics: ['home', 'alert'] });
  return useMemo(() => {
    const counts: Record<string, number> = {};
    for (const { kind } of data?.needs ?? []) {
      const path = pathOf[kind];
      if (path) counts[path] = (counts[path] ?? 0) + 1;
    }
    return counts;
  }, [data]);
}
