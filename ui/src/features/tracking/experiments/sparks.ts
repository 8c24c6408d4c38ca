// Curves and extremes of the metrics of the runs in view: one request for all that came into view.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { send } from '../../../api/client';
import type { RunRow, RunSpark, SparksAnswer } from './api';
import { metricOf, nameOf } from './view';
import type { Rows } from './rows';

const runsMost = 500;
const keysMost = 8;
const pointsMost = 40;
const ahead = 25; // Rows on either side, so that a short scroll asks nothing.
const waitMs = 60;

export type Sparks = {
  of: (run: string, column: string) => RunSpark | undefined;
  onRange: (from: number, to: number) => void;
  version: number;
};

/** The keys of metrics whose curve or step is shown. */
export function sparkKeys(shown: readonly string[]): string[] {
  const wanted = shown.filter((column) => ['spark', 'best', 'min', 'max'].includes(nameOf(column).aggregate));
  return [...new Set(wanted.map(metricOf))].sort().slice(0, keysMost);
}

/** What of a run must be asked for again once it is different. */
const stateOf = (row: RunRow) => `${row.status} ${JSON.stringify(row.values)}`;

export function useSparks(rows: Rows, shown: readonly string[], pinned: RunRow | undefined): Sparks {
  const keys = sparkKeys(shown).join('\n');
  const [version, setVersion] = useState(0);
  const known = useRef(new Map<string, RunSpark>());
  const asked = useRef(new Map<string, string>());
  const range = useRef({ from: 0, to: 0 });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const forKeys = useRef(keys);
  if (forKeys.current !== keys) {
    forKeys.current = keys;
    asked.current.clear();
  }
  const latest = useRef({ rows, pinned });
  latest.current = { rows, pinned };
  const load = useCallback(async () => {
    if (forKeys.current === '') return;
    const { rows: all, pinned: top } = latest.current;
    const total = all.answer?.total ?? 0;
    const wanted: RunRow[] = top ? [top] : [];
    for (let at = Math.max(0, range.current.from - ahead); at < Math.min(total, range.current.to + ahead); ++at) {
      const row = all.row(at);
      if (row) wanted.push(row);
    }
    const missing = wanted.filter((row) => asked.current.get(row.id) !== stateOf(row)).slice(0, runsMost);
    if (missing.length === 0) return;
    for (const row of missing) asked.current.set(row.id, stateOf(row));
    const wantedKeys = forKeys.current;
    try {
      const body = { runs: missing.map((row) => row.id), keys: wantedKeys.split('\n'), points: pointsMost };
      const answer = await send<SparksAnswer>('POST', 'runs/sparks', body);
      for (const spark of answer.sparks) known.current.set(`${spark.run} ${spark.key}`, spark);
      setVersion((one) => one + 1);
    } catch {
      // The next row that comes into view asks for these as well.
      for (const row of missing) asked.current.delete(row.id);
    }
  }, []);
  const soon = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void load(), waitMs);
  }, [load]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(soon, [soon, keys, rows.version, rows.answer, pinned]);
  const onRange = useCallback(
    (from: number, to: number) => {
      range.current = { from, to };
      soon();
    },
    [soon],
  );
  const of = useCallback((run: string, column: string) => known.current.get(`${run} ${metricOf(column)}`), [version]);
  return useMemo(() => ({ of, onRange, version }), [of, onRange, version]);
}
