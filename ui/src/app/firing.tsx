import { useEffect } from 'react';
import { useApi } from '../api/client';
import { setFiring } from '../kit/title';

/** Keeps the number of firing alerts in the document's title and icon, whatever page is open. */
export function Firing() {
  const { data } = useApi<{ alerts: unknown[] }>('alerts', { state: 'firing' }, { topics: ['alert'] });
  useEffect(() => setFiring(data?.alerts.length ?? 0), [data]);
  return null;
}
