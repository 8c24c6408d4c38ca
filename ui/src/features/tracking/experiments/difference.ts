// What differs between two runs, for the peek; many runs are compared by the server.
import type { RunDetail } from './api';

export type Difference = {
  group: 'metric' | 'param' | 'tag';
  key: string;
  mine: string | number | null;
  other: string | number | null;
};

type Pair = { key: string; value: string | number };

function compared(group: Difference['group'], mine: Pair[], other: Pair[]): { rows: Difference[]; same: number } {
  const [left, right] = [mine, other].map((pairs) => new Map(pairs.map((pair) => [pair.key, pair.value])));
  const keys = [...new Set([...mine, ...other].map((pair) => pair.key))].sort();
  const all = keys.map((key) => ({ group, key, mine: left?.get(key) ?? null, other: right?.get(key) ?? null }));
  const rows = all.filter((row) => row.mine !== row.other);
  return { rows, same: all.length - rows.length };
}

/** Metrics first; without MLflow's own tags. */
export function differencesOf(mine: RunDetail, other: RunDetail): { rows: Difference[]; same: number } {
  const own = (pairs: Pair[]) => pairs.filter((pair) => !pair.key.startsWith('mlflow.'));
  const parts = [
    compared('metric', mine.run.metrics, other.run.metrics),
    compared('param', mine.run.params, other.run.params),
    compared('tag', own(mine.run.tags), own(other.run.tags)),
  ];
  return { rows: parts.flatMap((part) => part.rows), same: parts.reduce((sum, part) => sum + part.same, 0) };
}
