// The state of a view of runs: what its URL says, and the question that follows from it.
import { clausesOf, nameInFilter, quoteText, withClause } from '../../../kit/filtertext';
import { choice, flag, list, text, type Codec, type StateOf } from '../../../kit/urlstate';
import type { RunColumn, RunGroup, RunsQuery, Scalar } from './api';

/** `7d`, or `FROM..TO` in milliseconds, either of which may be missing. */
export const timeRange: Codec<string> = {
  parse: (value) => (/^\d{1,4}[hdw]$/.test(value) || /^\d{0,15}\.\.\d{0,15}$/.test(value) ? value : undefined),
  write: (value) => value,
  initial: '',
};

export const schema = {
  q: text(''),
  cols: list(), // Empty: chosen by what there is.
  pin: list(),
  sort: text(''),
  group: list(),
  sel: list(),
  hide: list(),
  base: text(''),
  tr: timeRange,
  diff: flag(false),
  tab: choice(['runs', 'all'], 'runs'),
  state: choice(['active', 'deleted', 'all'] as const, 'active'),
};
export type View = StateOf<typeof schema>;

const units: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The bounds that a range means, rounded to the minute so that the question stays the same for a while. */
export function boundsOf(range: string, now: number): { from_ms?: number; to_ms?: number } {
  const relative = /^(\d+)([hdw])$/.exec(range);
  if (relative) {
    const minute = 60_000;
    return { from_ms: Math.floor((now - Number(relative[1]) * (units[relative[2] ?? 'd'] ?? 0)) / minute) * minute };
  }
  const [from, to] = range.split('..');
  return { ...(from ? { from_ms: Number(from) } : {}), ...(to ? { to_ms: Number(to) } : {}) };
}

export type Aggregate = 'last' | 'min' | 'max' | 'best' | 'spark';
/** `max(metrics.auc)` is of `metrics.auc`; `spark(metrics.auc)` is its curve, which the server asks nothing of. */
export function nameOf(column: string): { name: string; aggregate: Aggregate } {
  const call = /^(last|min|max|best|spark)\((.*)\)$/.exec(column);
  return { name: call?.[2] ?? column, aggregate: (call?.[1] ?? 'last') as Aggregate };
}
export function withAggregate(column: string, aggregate: Aggregate): string {
  const { name } = nameOf(column);
  return aggregate === 'last' ? name : `${aggregate}(${name})`;
}
export const isSpark = (column: string) => nameOf(column).aggregate === 'spark';
/** A metric's key, of its column. */
export const metricOf = (column: string) => nameOf(column).name.slice('metrics.'.length);
/** What a head shows: the key without its kind. */
export function titleOf(column: string): string {
  const { name, aggregate } = nameOf(column);
  const key = name.slice(name.indexOf('.') + 1);
  return aggregate === 'last' || aggregate === 'spark' ? key : `${aggregate} ${key}`;
}
/** With the curve of a metric behind its column, or without it. */
export function toggledSpark(shown: readonly string[], column: string): string[] {
  const spark = withAggregate(column, 'spark');
  if (shown.includes(spark)) return shown.filter((one) => one !== spark);
  return shown.flatMap((one) => (one === column ? [one, spark] : [one]));
}

/** Metrics, parameters and tags that were not there when the page was opened. */
export function newColumns(known: readonly RunColumn[] | undefined, now: readonly RunColumn[]): RunColumn[] {
  if (known === undefined) return [];
  const old = new Set(known.map((column) => column.key));
  // A page of columns that is full may have others at its end because some went away.
  const last = now.findLastIndex((column) => old.has(column.key));
  return now.filter(
    (column, at) =>
      !old.has(column.key) &&
      (at < last || known.length < columnsMost) &&
      ['metric', 'param', 'tag'].includes(column.kind) &&
      !isSystem(column),
  );
}
export const columnsMost = 500;

const isSystem = (column: RunColumn) => column.key.startsWith('tags.mlflow.');
const differs = (column: RunColumn) => column.distinct > 1 || column.runs < column.total;

/** The columns of a view that names none: the metrics, parameters and tags that most runs have. */
export function usualColumns(columns: RunColumn[]): string[] {
  const best = (kind: string, most: number) =>
    columns
      .filter(
        (column) =>
          column.kind === kind &&
          !isSystem(column) &&
          (kind === 'metric' || differs(column)) &&
          (kind !== 'param' || column.distinct < column.runs || column.runs < 3),
      )
      .sort((a, b) => b.runs - a.runs || (a.key < b.key ? -1 : 1))
      .slice(0, most)
      .map((column) => column.key);
  return [
    'attributes.started',
    'attributes.duration',
    ...best('metric', 4),
    ...best('param', 5),
    ...best('tag', 2),
    'attributes.user',
  ];
}

/** What a view shows, in order: pinned columns first; without those that are the same everywhere, if asked. */
export function shownColumns(view: Pick<View, 'cols' | 'pin' | 'diff'>, known: RunColumn[]): string[] {
  const chosen = view.cols.length > 0 ? view.cols : usualColumns(known);
  const all = [...view.pin, ...chosen.filter((column) => !view.pin.includes(column))];
  if (!view.diff) return all;
  const byKey = new Map(known.map((column) => [column.key, column]));
  return all.filter((column) => {
    if (isSpark(column)) return true;
    const profile = byKey.get(nameOf(column).name);
    return profile === undefined || differs(profile);
  });
}

/** The filter as the server gets it: what is written, without the runs that are hidden. */
export function filterOf(view: Pick<View, 'q' | 'hide'>): string {
  if (view.hide.length === 0) return view.q;
  return withClause(view.q, `id NOT IN (${view.hide.map(quoteText).join(', ')})`);
}

export function questionOf(view: View, experiments: string[], columns: string[], now: number): RunsQuery {
  return {
    ...(experiments.length > 0 ? { experiments } : {}),
    filter: filterOf(view),
    sort: view.sort === '' ? [] : [view.sort],
    columns: columns.filter((column) => !isSpark(column)),
    ...(view.state === 'active' ? {} : { view: view.state }),
    ...(view.group.length > 0 ? { group_by: [...view.group] } : {}),
    ...boundsOf(view.tr, now),
  };
}

/** The comparison of all rows of a view, whichever they are: the server evaluates the filter again. */
export function compareAll(
  view: Pick<View, 'q' | 'hide' | 'sort' | 'tr' | 'base'>,
  experiment: string | undefined,
): string {
  const parts: [string, string][] = [
    ['baseline', view.base],
    ['experiments', experiment ?? ''],
    ['filter', filterOf(view)],
    ['rows', 'all'],
    ['sort', view.sort],
    ['tr', view.tr],
  ];
  return `/compare?${new URLSearchParams(parts.filter(([, value]) => value !== '')).toString()}`;
}

/** A group's runs, as clauses of the filter. */
export function intoGroup(q: string, by: readonly string[], group: RunGroup): string {
  return by.reduce((text, column, at) => {
    const value: Scalar = group.key[at] ?? null;
    const name = nameInFilter(nameOf(column).name);
    if (value === null) return withClause(text, `${name} IS NULL`);
    return withClause(text, `${name} = ${typeof value === 'number' ? String(value) : quoteText(String(value))}`);
  }, q);
}

/** The clause that takes the last run away, of a filter that finds none: it is the last one. */
export function lastClause(q: string): string {
  return clausesOf(q).at(-1)?.text ?? '';
}

export function toggled(items: readonly string[], item: string): string[] {
  return items.includes(item) ? items.filter((one) => one !== item) : [...items, item];
}
export function moved(items: readonly string[], item: string, by: number): string[] {
  const at = items.indexOf(item);
  const to = at + by;
  if (at < 0 || to < 0 || to >= items.length) return [...items];
  const out = [...items];
  out.splice(at, 1);
  out.splice(to, 0, item);
  return out;
}

const isQuoted = (value: string) => /[",\n\r]/.test(value);
const csvCell = (value: Scalar | undefined): string => {
  const written = value === null || value === undefined ? '' : String(value);
  return isQuoted(written) ? `"${written.replaceAll('"', '""')}"` : written;
};
/** RFC 4180; texts that a spreadsheet would run as a formula begin with an apostrophe. */
export function csvLine(values: readonly (Scalar | undefined)[]): string {
  return `${values.map((value) => csvCell(typeof value === 'string' && /^[=+\-@\t]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value)).join(',')}\r\n`;
}
