// What a comparison is made of: its runs' names and slots, the metrics they have, groups by a value. Pure.
import type { DiffLine } from '../../../kit/diff/diff';
import { numberOf } from '../../../kit/diff/delta';
import type { DiffAnswer, DiffRow } from '../curves/api';
import type { RunGroup } from '../curves/series';

/** Names that occur more than once get the end of their id: the beginning is the time. */
export function labelsOf(answer: DiffAnswer): Map<string, string> {
  const counts = new Map<string, number>();
  for (const run of answer.runs) counts.set(run.name, (counts.get(run.name) ?? 0) + 1);
  return new Map(
    answer.runs.map((run) => [run.id, (counts.get(run.name) ?? 0) > 1 ? `${run.name} ${run.id.slice(-6)}` : run.name]),
  );
}

/** Every metric that any of the runs has: most runs first, then by name. */
export function metricsOf(answer: DiffAnswer): string[] {
  const has = (row: DiffRow) => row.values.filter((value) => value !== null).length;
  return answer.rows
    .filter((row) => row.group === 'metric')
    .sort((a, b) => has(b) - has(a) || (a.key < b.key ? -1 : 1))
    .map((row) => row.key);
}

const columnPrefix: Record<string, string> = { param: 'params.', metric: 'metrics.', tag: 'tags.' };
/** The name of a row as a column of runs/parallel; null: it has none. */
export function columnOf(row: DiffRow): string | null {
  const prefix = columnPrefix[row.group];
  if (prefix !== undefined) return prefix + row.key;
  return row.group === 'attribute' && ['duration_ms', 'started_ms', 'status', 'user'].includes(row.key)
    ? `attributes.${row.key}`
    : null;
}

/** Whether less of a column is better, as its name suggests; what a page assumes it also shows, and it can be changed. */
export function betterOf(column: string): 'min' | 'max' {
  const costs =
    /loss|err|rmse|mae|mse|mape|nll|perplex|latency|duration|time|cost|size|bytes|memory|token|depth|regret/i;
  return costs.test(column.slice(column.indexOf('.') + 1)) ? 'min' : 'max';
}

/** What a box plot can be of: categories are values that runs share (those that differ first), values are metrics. */
export function boxColumns(answer: DiffAnswer): { categories: string[]; values: string[] } {
  const columns = (rows: readonly DiffRow[]) => rows.flatMap((row) => columnOf(row) ?? []);
  const isShared = (row: DiffRow) => new Set(row.values.filter((value) => value !== null)).size < answer.runs.length;
  const texts = answer.rows.filter(
    (row) =>
      ['param', 'tag'].includes(row.group) || (row.group === 'attribute' && ['user', 'status'].includes(row.key)),
  );
  const numbers = answer.rows.filter(
    (row) => row.group === 'metric' || (row.group === 'attribute' && row.key === 'duration_ms'),
  );
  const byUse = (rows: readonly DiffRow[]) => [...rows].sort((a, b) => Number(a.same) - Number(b.same));
  const order = ['metric', 'attribute'];
  return {
    categories: columns(byUse(texts.filter(isShared))),
    values: columns(byUse(numbers).sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group))),
  };
}

const axesMax = 10;
/** Axes to begin with: parameters that differ, then metrics that differ. */
export function usualColumns(answer: DiffAnswer): string[] {
  const differing = answer.rows.filter((row) => !row.same);
  const pick = (group: string, max: number) =>
    differing
      .filter((row) => row.group === group)
      .slice(0, max)
      .map((row) => columnOf(row) ?? '');
  const metrics = pick('metric', 4);
  return [...pick('param', axesMax - metrics.length), ...metrics];
}

/** What runs can be grouped by: values that at least two groups share, or that are few. */
export function groupings(answer: DiffAnswer): string[] {
  return answer.rows
    .filter(
      (row) =>
        !row.same &&
        (row.group === 'param' ||
          row.group === 'tag' ||
          (row.group === 'attribute' && ['user', 'status', 'experiment'].includes(row.key))),
    )
    .filter((row) => new Set(row.values).size < row.values.length)
    .map((row) => `${row.group}.${row.key}`);
}

const groupsMax = 24;
/** Runs by their value of `name` (`param.lr`), numbers in their order; what is beyond 24 groups is left out. */
export function groupsBy(answer: DiffAnswer, name: string, missing: string): RunGroup[] {
  const row = answer.rows.find((one) => `${one.group}.${one.key}` === name);
  if (!row) return [];
  const groups = new Map<string, string[]>();
  row.values.forEach((value, index) => {
    const label = value === null ? missing : String(value);
    const id = answer.runs[index]?.id;
    if (id !== undefined) groups.set(label, [...(groups.get(label) ?? []), id]);
  });
  const order = (a: string, b: string) => {
    const [left, right] = [numberOf(a), numberOf(b)];
    return left !== null && right !== null ? left - right : a < b ? -1 : 1;
  };
  return [...groups.entries()]
    .sort(([a], [b]) => order(a, b))
    .slice(0, groupsMax)
    .map(([label, runs]) => ({ label: `${row.key} = ${label}`, runs }));
}

function kindOf(row: DiffRow): { kind?: 'time' | 'duration' } {
  if (row.group !== 'attribute') return {};
  return row.key === 'started_ms' ? { kind: 'time' } : row.key === 'duration_ms' ? { kind: 'duration' } : {};
}

/** `labels`: of groups, and of attributes. */
export function linesOf(answer: DiffAnswer, labels: Record<string, string>, all: boolean, search: string): DiffLine[] {
  const wanted = search.toLowerCase();
  return answer.rows
    .filter((row) => (all || !row.same) && (wanted === '' || row.key.toLowerCase().includes(wanted)))
    .map((row) => ({
      group: row.group,
      groupLabel: labels[row.group] ?? row.group,
      key: row.group === 'attribute' ? (labels[row.key] ?? row.key) : row.key,
      values: row.values,
      ...kindOf(row),
    }));
}
