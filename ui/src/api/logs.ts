// Logs of the server as the kit's viewer reads them. The same arguments give the same source.
import { useMemo } from 'react';
import type { LogAnswer, LogSource } from '../kit/log/uselog';
import { get } from './client';

/** One attempt of a pipeline's job. */
export function useJobLog(run: number, job: string, attempt: number): LogSource {
  return useMemo(
    () => ({
      key: `job ${run} ${job} ${attempt}`,
      ask: (asked) => get<LogAnswer>(`pipelines/runs/${run}/log`, { job, attempt, ...asked }),
    }),
    [run, job, attempt],
  );
}

/** A file that a run logged; `version` tells apart what was stored under its path one after another. */
export function useRunLog(run: string, path: string, version: string): LogSource {
  return useMemo(
    () => ({
      key: `run ${run} ${path} ${version}`,
      ask: (asked) => get<LogAnswer>(`runs/${run}/log`, { path, ...asked }),
    }),
    [run, path, version],
  );
}
