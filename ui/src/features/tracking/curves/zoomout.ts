// The key z: every chart of the page shows all again, whether it was zoomed by itself (`c.KEY`) or with the others.
import { useCallback } from 'react';
import { useLocation, useSearch } from 'wouter';
import { parseChart, writeChart } from '../../../kit/chart/state';
import { noteViewChange } from '../../../kit/viewchanges';

/** The query of a URL without any zoom. */
export function withoutZooms(search: string): string {
  return search
    .split('&')
    .flatMap((part) => {
      const [name = '', written = ''] = part.split('=');
      if (name !== 'c' && !decode(name).startsWith('c.')) return [part];
      const state = writeChart({ ...parseChart(decode(written)), zoom: null });
      const kept = new URLSearchParams({ c: state })
        .toString()
        .slice(2)
        .replace(/%(2C|3A)/g, decode);
      return state === '' ? [] : [`${name}=${kept}`];
    })
    .join('&');
}

function decode(text: string): string {
  return new URLSearchParams(`x=${text}`).get('x') ?? '';
}

export function useZoomOut(): () => void {
  const search = useSearch();
  const [path, navigate] = useLocation();
  return useCallback(() => {
    const query = withoutZooms(search);
    if (query === search) return;
    noteViewChange(path, search, ['zoom']);
    navigate(query === '' ? path : `${path}?${query}`, { replace: true });
  }, [search, path, navigate]);
}
