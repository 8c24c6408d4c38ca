// The rows of a question, by windows of its result. The order stays as it was found until somebody asks
// anew; values of what is shown follow the server, and what is new is only counted.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ApiError, send, usePosted } from '../../../api/client';
import { get } from '../../../api/client';
import type { RunRow, RunsAnswer, RunsQuery, RunsWindow } from './api';

const windowRows = 200;

export type Rows = {
  answer: RunsAnswer | undefined;
  error: ApiError | null;
  busy: boolean;
  row: (index: number) => RunRow | undefined;
  onRange: (from: number, to: number) => void;
  isChanged: (row: RunRow) => boolean;
  version: number; // Another one once there are other rows.
  fresh: number; // Runs that are there now and not in the answer.
  refresh: () => void;
};

/** Windows of one result, loaded as they come into view. */
function useWindows(answer: RunsAnswer | undefined, ask: () => void) {
  const [version, setVersion] = useState(0);
  const windows = useRef(new Map<number, RunRow[]>());
  const asked = useRef(new Set<number>());
  const range = useRef({ from: 0, to: 0 });
  const changed = useRef(new Map<string, number>());
  const result = answer?.result;
  const latest = useRef(result);
  if (latest.current !== result) {
    latest.current = result;
    windows.current = new Map(answer ? [[0, answer.rows]] : []);
    asked.current = new Set([0]);
  }
  const load = useCallback(
    async (at: number) => {
      if (!result) return;
      try {
        const found = await get<RunsWindow>(`runs/result/${result}`, { from: at * windowRows, n: windowRows });
        if (latest.current !== result) return;
        const old = new Map((windows.current.get(at) ?? []).map((row) => [row.id, JSON.stringify(row)]));
        for (const row of found.rows) {
          const before = old.get(row.id);
          if (before !== undefined && before !== JSON.stringify(row)) changed.current.set(row.id, Date.now());
        }
        windows.current.set(at, found.rows);
        setVersion((one) => one + 1);
      } catch (error) {
        asked.current.delete(at);
        if (error instanceof ApiError && error.status === 404) ask(); // The result is no longer kept.
      }
    },
    [result, ask],
  );
  const onRange = useCallback(
    (from: number, to: number) => {
      range.current = { from, to };
      const last = Math.min(to, answer?.total ?? 0);
      for (let at = Math.floor(from / windowRows); at * windowRows < last; ++at) {
        if (asked.current.has(at)) continue;
        asked.current.add(at);
        void load(at);
      }
    },
    [answer?.total, load],
  );
  const reload = useCallback(() => {
    const { from, to } = range.current;
    const first = Math.floor(from / windowRows);
    asked.current = new Set([...asked.current].filter((at) => at * windowRows < to && at >= first));
    for (const at of windows.current.keys()) if (!asked.current.has(at)) windows.current.delete(at);
    for (const at of asked.current) void load(at);
  }, [load]);
  const row = useCallback(
    (index: number) => windows.current.get(Math.floor(index / windowRows))?.[index % windowRows],
    [version, result],
  );
  const isChanged = useCallback((one: RunRow) => Date.now() - (changed.current.get(one.id) ?? 0) < 600, [version]);
  return { row, onRange, reload, isChanged, version };
}

export function useRows(question: RunsQuery, topics: string[], enabled: boolean): Rows {
  const key = JSON.stringify(question);
  const main = useQuery<RunsAnswer, ApiError>({
    queryKey: ['runs/query', 'rows', key],
    queryFn: ({ signal }) => send<RunsAnswer>('POST', 'runs/query', question, signal),
    enabled,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    placeholderData: (old) => old,
    gcTime: 60_000,
    retry: (count, error) => error.status === 0 && count < 5,
  });
  const { refetch } = main;
  const ask = useCallback(() => void refetch(), [refetch]);
  const windows = useWindows(main.data, ask);
  // The same question without rows' values: how many there are now, and whether anything has happened.
  const pulse = usePosted<RunsAnswer>(
    'runs/query',
    useMemo(() => {
      const { columns: _, group_by: __, sort: ___, ...rest } = question;
      return rest;
    }, [key]),
    { topics, enabled: enabled && main.isSuccess },
  );
  const shownTotal = main.data?.total ?? 0;
  const fresh =
    pulse.data && !pulse.isPlaceholderData && !main.isPlaceholderData ? Math.max(0, pulse.data.total - shownTotal) : 0;
  const { reload } = windows;
  const seen = useRef(0);
  useEffect(() => {
    if (!pulse.data || pulse.dataUpdatedAt <= seen.current) return;
    const isFirst = seen.current === 0;
    seen.current = pulse.dataUpdatedAt;
    if (shownTotal === 0 && pulse.data.total > 0)
      ask(); // Nothing is shown that could move.
    else if (!isFirst) reload();
  }, [pulse.data, pulse.dataUpdatedAt, shownTotal, ask, reload]);
  return {
    answer: main.data,
    error: main.error,
    busy: main.isFetching,
    row: windows.row,
    onRange: windows.onRange,
    isChanged: windows.isChanged,
    version: windows.version,
    fresh,
    refresh: ask,
  };
}

/** All rows of a result, for an export; `onPart` hears how many there are so far. */
export async function allRows(result: string, total: number, onPart: (rows: number) => void): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  while (rows.length < total) {
    const { rows: part } = await get<RunsWindow>(`runs/result/${result}`, { from: rows.length, n: 500 });
    if (part.length === 0) break;
    rows.push(...part);
    onPart(rows.length);
  }
  return rows;
}
