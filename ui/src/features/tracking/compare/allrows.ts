// "All rows of this filter": the server evaluates the question of a table of runs, and what it finds is compared.
import { useState } from 'react';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { get, send, type ApiError } from '../../../api/client';
import { choice, list, text, type StateOf } from '../../../kit/urlstate';
import type { RunsAnswer, RunsQuery, RunsWindow } from '../experiments/api';
import { boundsOf, timeRange } from '../experiments/view';

export const runsMax = 500;
const windowMax = 500;

/** How a link says it: `rows=all&filter=…&experiments=1&sort=-metrics.auc&tr=7d`. */
export const rowsSchema = {
  rows: choice(['', 'all'] as const, ''),
  filter: text(),
  experiments: list(),
  sort: text(),
  tr: timeRange,
};
export type RowsState = StateOf<typeof rowsSchema>;
export const noRows: RowsState = { rows: '', filter: '', experiments: [], sort: '', tr: '' };

export type AllRows = { runs: string[]; total: number };

export function questionOf(state: RowsState, now: number): RunsQuery {
  return {
    ...(state.experiments.length > 0 ? { experiments: [...state.experiments] } : {}),
    filter: state.filter,
    sort: state.sort === '' ? [] : [state.sort],
    ...boundsOf(state.tr, now),
  };
}

/** The first runs of the answer in its order, by windows of the result, and how many there are. */
async function readRows(question: RunsQuery, signal: AbortSignal): Promise<AllRows> {
  const answer = await send<RunsAnswer>('POST', 'runs/query', question, signal);
  const runs = answer.rows.map((row) => row.id);
  const wanted = Math.min(answer.total, runsMax);
  while (runs.length < wanted) {
    const n = Math.min(windowMax, wanted - runs.length);
    const part = await get<RunsWindow>(`runs/result/${answer.result}`, { from: runs.length, n }, signal);
    if (part.rows.length === 0) break;
    runs.push(...part.rows.map((row) => row.id));
  }
  return { runs, total: answer.total };
}

/** Asked once: what is compared does not change while somebody looks at it. */
export function useAllRows(state: RowsState): UseQueryResult<AllRows, ApiError> {
  const [openedMs] = useState(() => Date.now());
  const question = questionOf(state, openedMs);
  return useQuery<AllRows, ApiError>({
    queryKey: ['runs/query', 'compare', question],
    queryFn: ({ signal }) => readRows(question, signal),
    enabled: state.rows === 'all',
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

/** The table of runs that shows the same question. */
export function tablePath(state: RowsState): string {
  const query = new URLSearchParams();
  if (state.filter !== '') query.set('q', state.filter);
  if (state.sort !== '') query.set('sort', state.sort);
  const [experiment] = state.experiments;
  if (state.tr !== '') query.set('tr', state.tr);
  const page = experiment === undefined ? '/experiments' : `/experiments/${encodeURIComponent(experiment)}`;
  const written = query.toString();
  return written === '' ? page : `${page}?${written}`;
}
