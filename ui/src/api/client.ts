// Asks the native API. Errors are ApiError with the server's code and sentence, the latter in the reader's language
// (`english`: as the server said it); reads are TanStack
// queries whose `meta.topics` say which changes make them stale.
import { keepPreviousData, QueryClient, useQuery, type Query, type UseQueryResult } from '@tanstack/react-query';
import { ApiError } from '../kit/error';
import { underBase } from './base';
import { onChange, onUnwatched, useLive } from './live';
import { Refreshes } from './live.core';
import { said } from './said';
import { touchesAny } from './stream.core';

export { ApiError };

export const project = 'default';

export type Parameters = Record<string, string | number | boolean | null | undefined>;

/** `/api/v1/projects/default/PATH?…`; one that begins with `/` is the server's. Beneath the base path. */
export function urlOf(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') query.set(key, String(value));
  }
  const text = query.toString();
  const whole = underBase(path.startsWith('/') ? path : `/api/v1/projects/${project}/${path}`);
  return text === '' ? whole : `${whole}?${text}`;
}

async function call<Answer>(url: string, options: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...options });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', 'the server does not answer', said);
  }
  const text = await response.text();
  if (response.ok) return (text === '' ? {} : JSON.parse(text)) as Answer;
  let code = `http_${response.status}`;
  let message = response.statusText || `status ${response.status}`;
  try {
    const body = JSON.parse(text) as { error?: { code?: string; message?: string } };
    code = body.error?.code ?? code;
    message = body.error?.message ?? message;
  } catch {
    // No JSON: something between here and the server answered; the status says enough.
  }
  throw new ApiError(response.status, code, message, said);
}

export function get<Answer>(path: string, parameters?: Parameters, signal?: AbortSignal): Promise<Answer> {
  return call<Answer>(urlOf(path, parameters), signal ? { signal } : {});
}

export function send<Answer>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  return call<Answer>(urlOf(path), {
    method,
    headers: { 'Content-Type': 'application/json', 'X-Galley-CSRF': '1' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
}

/** A body that is not JSON. */
export function sendText<Answer>(
  method: 'POST' | 'PUT',
  path: string,
  body: string | Blob,
  type: string,
): Promise<Answer> {
  return call<Answer>(urlOf(path), { method, headers: { 'Content-Type': type, 'X-Galley-CSRF': '1' }, body });
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 300_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => count < 2 && error instanceof ApiError && error.status === 0,
    },
  },
});

const topicsOf = (query: Query): readonly string[] => (query.meta?.topics as string[] | undefined) ?? [];

/** Asks again for what the event stream says has changed. Call once. */
export function keepTrue(): void {
  const cache = queries.getQueryCache();
  const refreshes = new Refreshes();
  const refresh = (hashes: string[]) => {
    const all = new Set(hashes);
    void queries.invalidateQueries({ predicate: (query) => all.has(query.queryHash) }, { cancelRefetch: false });
  };
  onChange((topics) =>
    refresh(
      refreshes.changed(
        topics,
        cache.getAll().map((query) => ({
          hash: query.queryHash,
          topics: topicsOf(query),
          isFetching: query.state.fetchStatus === 'fetching',
        })),
      ),
    ),
  );
  // What nobody watches goes stale unseen.
  onUnwatched(
    (topics) =>
      void queries.invalidateQueries({
        predicate: (query) => touchesAny(topics, topicsOf(query)),
        refetchType: 'none',
      }),
  );
  cache.subscribe((event) => {
    if (event.type !== 'updated' || event.query.state.fetchStatus === 'fetching') return;
    const { queryHash } = event.query;
    if (refreshes.ended(queryHash)) queueMicrotask(() => refresh([queryHash]));
  });
}

export type ReadOptions = {
  topics?: string[]; // What makes it stale: see api/live.ts.
  enabled?: boolean;
  keep?: boolean; // Show the former answer while another one is asked for (default true).
  refetchMs?: number; // For what no topic tells.
};

/** A read that stays true while it is shown. */
export function useApi<Answer>(
  path: string,
  parameters: Parameters = {},
  options: ReadOptions = {},
): UseQueryResult<Answer, ApiError> {
  const topics = options.topics ?? [];
  useLive(topics);
  return useQuery<Answer, ApiError>({
    queryKey: [path, parameters],
    queryFn: ({ signal }) => get<Answer>(path, parameters, signal),
    enabled: options.enabled ?? true,
    meta: { topics },
    ...(options.keep === false ? {} : { placeholderData: keepPreviousData }),
    ...(options.refetchMs ? { refetchInterval: options.refetchMs } : {}),
  });
}

/** The same for reads that are posted (runs/query, metrics/series …). */
export function usePosted<Answer>(
  path: string,
  body: unknown,
  options: ReadOptions = {},
): UseQueryResult<Answer, ApiError> {
  const topics = options.topics ?? [];
  useLive(topics);
  return useQuery<Answer, ApiError>({
    queryKey: [path, body],
    queryFn: ({ signal }) => send<Answer>('POST', path, body, signal),
    enabled: options.enabled ?? true,
    meta: { topics },
    ...(options.keep === false ? {} : { placeholderData: keepPreviousData }),
  });
}
