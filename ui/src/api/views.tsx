// A view whose state is too long for a link is kept by the server, and the URL says `view=ID`. What an id means
// never changes, so an old link shows what it always has.
import { useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Loaded } from '../kit/state';
import { idOfView, isViewKnown, rememberView, splitView } from '../kit/urlstate';
import { send, useApi } from './client';
import type { components } from './schema';

type PageView = components['schemas']['PageView'];

const searchMost = 1800;
const restMs = 1000; // Nobody wants a view for each letter that is typed.

/** What stands in it reads and writes the state by `useUrlState`, wherever that is kept. */
export function StoredView({ page, children }: { page: string; children: React.ReactNode }) {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const id = new URLSearchParams(search).get('view') ?? '';
  const isKnown = id === '' || isViewKnown(id);
  const read = useApi<PageView>(`views/${encodeURIComponent(id)}`, {}, { enabled: !isKnown, keep: false });
  if (!isKnown && read.data?.id === id) rememberView(id, read.data.state);
  useEffect(() => {
    if (search.length <= searchMost) return undefined;
    const { state, rest } = splitView(search);
    const show = (view: string) => navigate(`${path}?view=${view}${rest === '' ? '' : `&${rest}`}`, { replace: true });
    const known = idOfView(state);
    if (known !== undefined) {
      show(known);
      return undefined;
    }
    let here = true;
    const timer = setTimeout(() => {
      // Who may not keep a view goes on with the long URL.
      send<PageView>('POST', 'views', { page, state }).then(
        (kept) => {
          rememberView(kept.id, state);
          if (here) show(kept.id);
        },
        () => undefined,
      );
    }, restMs);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [search, path, navigate, page]);
  if (isKnown || isViewKnown(id)) return <>{children}</>;
  return (
    <Loaded read={read} lines={8}>
      {() => null}
    </Loaded>
  );
}
