import { expect, test } from 'vitest';
import { readState, writeState } from '../../../kit/urlstate';
import type { RunColumn } from './api';
import {
  compareAll,
  boundsOf,
  csvLine,
  filterOf,
  intoGroup,
  lastClause,
  isSpark,
  moved,
  nameOf,
  newColumns,
  questionOf,
  schema,
  shownColumns,
  timeRange,
  titleOf,
  toggled,
  toggledSpark,
  usualColumns,
  withAggregate,
} from './view';
import { sparkKeys } from './sparks';
import { sparkPath } from './sparkpath';

const column = (key: string, kind: RunColumn['kind'], runs: number, distinct = 5): RunColumn => ({
  key,
  kind,
  type: 'number',
  runs,
  total: 10,
  distinct,
  histogram: [],
  top: [],
});

test('a view survives its URL', () => {
  const view = {
    ...readState(schema, ''),
    q: "(lr < 0.01 OR opt = 'adamw') AND auc > 0.9",
    cols: ['metrics.val/loss', 'tags.a,b'],
    pin: ['metrics.auc'],
    sort: '-metrics.auc',
    group: ['tags.dataset-version'],
    sel: ['ab', 'cd'],
    hide: ['ef'],
    base: 'ab',
    tr: '7d',
    diff: true,
  };
  const url = writeState(schema, '', view);
  expect(readState(schema, url)).toEqual(view);
  expect(url.split('&').map((part) => part.split('=')[0])).toEqual([
    'base',
    'cols',
    'diff',
    'group',
    'hide',
    'pin',
    'q',
    'sel',
    'sort',
    'tr',
  ]);
  expect(writeState(schema, '', readState(schema, ''))).toBe('');
});

test.each([
  ['7d', '7d'],
  ['24h', '24h'],
  ['1..2', '1..2'],
  ['..2', '..2'],
  ['1..', '1..'],
  ['week', undefined],
  ['7', undefined],
  ['1.5d', undefined],
  ['a..b', undefined],
])('the range %s is read as %s', (written, read) => expect(timeRange.parse(written)).toBe(read));

test('bounds of ranges', () => {
  expect(boundsOf('24h', 86_400_000 + 61_000)).toEqual({ from_ms: 60_000 });
  expect(boundsOf('5..9', 0)).toEqual({ from_ms: 5, to_ms: 9 });
  expect(boundsOf('..9', 0)).toEqual({ to_ms: 9 });
  expect(boundsOf('', 0)).toEqual({});
});

test('names and aggregates', () => {
  expect(nameOf('max(metrics.a(b))')).toEqual({ name: 'metrics.a(b)', aggregate: 'max' });
  expect(withAggregate('max(metrics.auc)', 'min')).toBe('min(metrics.auc)');
  expect(withAggregate('max(metrics.auc)', 'last')).toBe('metrics.auc');
  expect(titleOf('min(metrics.val/loss)')).toBe('min val/loss');
  expect(titleOf('tags.a.b')).toBe('a.b');
});

test('the usual columns are those that most runs have, without the ones that say nothing', () => {
  const known = [
    column('metrics.auc', 'metric', 10),
    column('metrics.rare', 'metric', 1),
    column('params.lr', 'param', 10),
    column('params.same', 'param', 10, 1),
    column('params.seed', 'param', 10, 10),
    column('tags.mlflow.user', 'tag', 10),
    column('tags.team', 'tag', 9),
  ];
  expect(usualColumns(known)).toEqual([
    'attributes.started',
    'attributes.duration',
    'metrics.auc',
    'metrics.rare',
    'params.lr',
    'tags.team',
    'attributes.user',
  ]);
  const view = { cols: ['params.same', 'metrics.auc'], pin: ['metrics.auc'], diff: false };
  expect(shownColumns(view, known)).toEqual(['metrics.auc', 'params.same']);
  expect(shownColumns({ ...view, diff: true }, known)).toEqual(['metrics.auc']);
});

test('the question that a view asks', () => {
  const view = {
    ...readState(schema, ''),
    q: 'a = 1 OR b = 2',
    hide: ["x'y"],
    sort: '-metrics.auc',
    group: ['tags.v'],
    tr: '1..2',
  };
  expect(filterOf(view)).toBe("(a = 1 OR b = 2) AND id NOT IN ('x''y')");
  expect(questionOf(view, ['3'], ['metrics.auc'], 0)).toEqual({
    experiments: ['3'],
    filter: "(a = 1 OR b = 2) AND id NOT IN ('x''y')",
    sort: ['-metrics.auc'],
    columns: ['metrics.auc'],
    group_by: ['tags.v'],
    from_ms: 1,
    to_ms: 2,
  });
});

test('a group opens into its runs', () => {
  const states = { running: 0, failed: 0, finished: 1, killed: 0, scheduled: 0 };
  const group = { key: ["it's", null, 0.5], runs: 1, states, values: [] };
  expect(intoGroup('a = 1', ['tags.two words', 'params.lr', 'max(metrics.auc)'], group)).toBe(
    "a = 1 AND tags.`two words` = 'it''s' AND params.lr IS NULL AND metrics.auc = 0.5",
  );
  expect(lastClause('a = 1 AND b > 2')).toBe('b > 2');
});

test('all rows of a view are compared by its question', () => {
  const view = { q: 'a = 1 OR b = 2', hide: ['x'], sort: '-metrics.auc', tr: '7d', base: 'abc' };
  const [path, query] = compareAll(view, '3').split('?');
  expect(path).toBe('/compare');
  expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
    baseline: 'abc',
    experiments: '3',
    filter: "(a = 1 OR b = 2) AND id NOT IN ('x')",
    rows: 'all',
    sort: '-metrics.auc',
    tr: '7d',
  });
  expect(compareAll({ q: '', hide: [], sort: '', tr: '', base: '' }, undefined)).toBe('/compare?rows=all');
});

test('lists of columns', () => {
  expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
  expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
  expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b']);
  expect(moved(['a', 'b'], 'a', -1)).toEqual(['a', 'b']);
});

test('lines of CSV', () => {
  expect(csvLine(['a,b', 'say "x"', null, 0.1, -3, '=1+1', '-5', 'line\nend'])).toBe(
    '"a,b","say ""x""",,0.1,-3,\'=1+1,-5,"line\nend"\r\n',
  );
});

test('a curve is a column that the server is not asked for', () => {
  expect(nameOf('spark(metrics.val/loss)')).toEqual({ name: 'metrics.val/loss', aggregate: 'spark' });
  expect(nameOf('best(metrics.a(b))')).toEqual({ name: 'metrics.a(b)', aggregate: 'best' });
  expect(isSpark('metrics.spark')).toBe(false);
  const shown = toggledSpark(['metrics.a', 'params.b'], 'metrics.a');
  expect(shown).toEqual(['metrics.a', 'spark(metrics.a)', 'params.b']);
  expect(toggledSpark(shown, 'metrics.a')).toEqual(['metrics.a', 'params.b']);
  const view = readState(schema, 'state=deleted');
  expect(questionOf(view, [], shown, 0)).toMatchObject({ columns: ['metrics.a', 'params.b'], view: 'deleted' });
  expect(shownColumns({ cols: shown, pin: [], diff: true }, [])).toEqual(shown);
  expect(sparkKeys([...shown, 'best(metrics.z)', 'max(metrics.a)', 'last(metrics.y)'])).toEqual(['a', 'z']);
});

test('keys that came since the page was opened are new, whatever went', () => {
  const known = [column('metrics.a', 'metric', 3), column('params.p', 'param', 3), column('tags.t', 'tag', 3)];
  const now = [
    column('metrics.a', 'metric', 3),
    column('metrics.b', 'metric', 1),
    column('tags.mlflow.x', 'tag', 1),
    column('tags.t', 'tag', 3),
    column('tags.u', 'tag', 3),
  ];
  expect(newColumns(known, now).map((one) => one.key)).toEqual(['metrics.b', 'tags.u']);
  expect(newColumns(undefined, now)).toEqual([]);
});

test('a small curve stays within its cell', () => {
  const size = { width: 100, height: 20, edge: 2 };
  expect(sparkPath([0, 5, 10], [1, 3, 2], size).path).toBe('M2 18L50 2L98 10');
  expect(sparkPath([0, 5, 10], [1, 3, 2], size).at(5, 3)).toEqual({ x: 50, y: 2 });
  expect(sparkPath([0, 5, 10], [1, 3, 2], size).at(11, 3)).toBeUndefined();
  expect(sparkPath([7], [4], size)).toMatchObject({ path: 'M50 10' });
});
