// What the palette lists for what is typed: pages and verbs are filtered here, the server finds the rest.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { get } from '../api/client';
import type { Schemas } from '../api/schema';
import { allBindings } from '../kit/keys';
import { usePageInfo } from '../kit/page';
import { verbsNow } from '../kit/verbs';
import { entries, moreEntries } from './nav';
import { asked, fits, tagsOf, type Mode } from './palette.text';
import { useRecents } from './recents';
import { kindWord, useT } from './text';

/** What is found; what is resolved has no detail. */
type Hit = Schemas['Resolved'] & Partial<Pick<Schemas['SearchHit'], 'detail'>>;
export type Item = {
  key: string;
  group: string;
  title: string;
  detail: string;
  shortcut?: string;
  disabledWhy?: string;
  run: () => void;
};
type T = ReturnType<typeof useT>;

const settleMs = 80;
const eventsLooked = 10_000;
// Keys that move in what is shown are no commands.
const moves = /^(g .|[jkx?/]|Shift\+x|Ctrl\+k|Escape|Enter|Space|Arrow\w+|Page\w+|Home|End|Tab)$/;

/** What is typed, once nothing more has been for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

export const resolve = (text: string, signal?: AbortSignal) =>
  get<Schemas['Resolved']>('resolve', { text }, signal)
    .then((hit): Hit[] => [hit])
    .catch(() => []);

/** A read of the palette: what fails finds nothing. */
function useFound<Found>(
  name: string,
  text: string,
  enabled: boolean,
  read: (signal: AbortSignal) => Promise<Found[]>,
) {
  return useQuery({
    queryKey: ['palette', name, text],
    enabled,
    retry: false,
    queryFn: ({ signal }) => read(signal).catch((): Found[] => []),
  }).data;
}

function useHits(text: string, enabled: boolean): Hit[] {
  const wanted = useSettled(text);
  const isOn = enabled && wanted.length > 1;
  const resolved = useFound('resolve', wanted, isOn, (signal) => resolve(wanted, signal));
  const found = useFound('search', wanted, isOn, (signal) =>
    get<Schemas['SearchAnswer']>('search', { q: wanted, limit: 5 }, signal).then((answer): Hit[] => answer.hits),
  );
  return useMemo(() => {
    const first = resolved ?? [];
    return isOn ? [...first, ...(found ?? []).filter((hit) => !first.some((one) => one.path === hit.path))] : [];
  }, [isOn, resolved, found]);
}

function usePeople(enabled: boolean): Schemas['EventFacet'][] {
  const found = useFound('people', '', enabled, (signal) =>
    get<Schemas['EventFacets']>('event-facets', { last: eventsLooked }, signal).then((answer) => answer.actors),
  );
  return enabled ? (found ?? []) : [];
}

function useTagColumns(enabled: boolean): Schemas['RunColumn'][] {
  const found = useFound('tags', '', enabled, (signal) =>
    get<Schemas['RunColumnsAnswer']>('experiments/-/columns', { kind: 'tag', limit: 500 }, signal).then(
      (answer) => answer.columns,
    ),
  );
  return enabled ? (found ?? []) : [];
}

/** Verbs of the page, then its keys; `after` closes the palette first. */
function actionsOf(t: T, info: ReturnType<typeof usePageInfo>, after: (run: () => void) => () => void): Item[] {
  const why = (reason: string | undefined) => (reason === undefined ? {} : { disabledWhy: reason });
  return [
    ...(info?.actions ?? []).map((action) => ({
      key: `action ${action.id}`,
      group: t('actions'),
      title: action.label,
      detail: action.disabledWhy ?? '',
      ...(action.shortcut ? { shortcut: action.shortcut } : {}),
      ...why(action.disabledWhy),
      run: after(action.run),
    })),
    ...verbsNow().map((verb, at) => ({
      key: `verb ${at}`,
      group: t('actions'),
      title: verb.label,
      detail: verb.disabledWhy ?? verb.detail,
      ...why(verb.disabledWhy),
      run: after(verb.open),
    })),
    ...allBindings()
      .filter((binding) => !moves.test(binding.keys))
      .map((binding) => ({
        key: `key ${binding.keys}`,
        group: t('commands'),
        title: binding.label.slice(0, 1).toUpperCase() + binding.label.slice(1),
        detail: '',
        shortcut: binding.keys,
        run: after(() => binding.run(new KeyboardEvent('keydown'))),
      })),
  ];
}

export function useItems(text: string, close: () => void): Item[] {
  const t = useT();
  const info = usePageInfo();
  const [, navigate] = useLocation();
  const { mode, wanted } = asked(text);
  const hits = useHits(wanted, mode === 'all');
  const people = usePeople(mode === 'people');
  const columns = useTagColumns(mode === 'tags');
  const recent = useRecents();
  const go = (path: string) => () => {
    close();
    navigate(path.replace(/^\/ui\//, '/'));
  };
  // What opens something takes the focus once the palette has given it back.
  const after = (run: () => void) => () => {
    close();
    setTimeout(run, 0);
  };
  const parts: Record<Exclude<Mode, 'all'>, () => Item[]> = {
    actions: () => actionsOf(t, info, after).filter((item) => fits(wanted, item.title, item.detail)),
    pages: () =>
      [...entries, ...moreEntries]
        .filter((entry) => fits(wanted, t(entry.text), entry.path))
        .map((entry) => ({
          key: entry.path,
          group: t('pages'),
          title: t(entry.text),
          detail: '',
          shortcut: `g ${entry.key}`,
          run: go(entry.path),
        })),
    people: () =>
      people
        .filter((actor) => fits(wanted, actor.value))
        .map((actor) => ({
          key: `@${actor.value}`,
          group: t('people'),
          title: actor.value,
          detail: t('didEvents', { n: actor.count }),
          run: go(`/audit?actor=${encodeURIComponent(actor.value)}`),
        })),
    tags: () =>
      tagsOf(columns, wanted).map((tag) => ({
        key: `#${tag.filter}`,
        group: t('tags'),
        title: tag.value === null ? tag.name : `${tag.name} = ${tag.value}`,
        detail: t('onRuns', { n: tag.runs }),
        run: go(`/experiments?q=${encodeURIComponent(tag.filter)}`),
      })),
  };
  if (mode !== 'all') return parts[mode]();
  const recents: Item[] = recent
    .filter((one) => fits(wanted, one.title))
    .slice(0, wanted === '' ? 6 : 3)
    .map((one) => ({
      key: `recent ${one.path}`,
      group: t('recent'),
      title: one.title,
      detail: one.path,
      run: go(one.path),
    }));
  const found: Item[] = hits.map((hit) => ({
    key: `${hit.kind} ${hit.id}`,
    group: t(kindWord(hit.kind)),
    title: hit.title,
    detail: hit.detail ?? '',
    run: go(hit.path),
  }));
  const actions = parts.actions();
  const isCommand = (item: Item) => item.group === t('commands');
  const rest = [
    ...actions.filter((item) => !isCommand(item)),
    ...parts.pages(),
    ...actions.filter((item) => isCommand(item)),
  ];
  const isMore = found.length > 0 || (wanted !== '' && rest.length === 0);
  const more: Item = {
    key: 'all',
    group: t('results'),
    title: t('all', { text: wanted }),
    detail: '',
    run: go(`/search?q=${encodeURIComponent(wanted)}`),
  };
  return [...recents, ...found, ...(isMore ? [more] : []), ...rest];
}
