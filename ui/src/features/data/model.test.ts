import { describe, expect, it } from 'vitest';
import type { Check, ColumnSummary, Rejected, Version } from './api';
import { changedColumns } from './parts/samples';
import {
  allowed,
  barHeights,
  boxesOf,
  changeOf,
  consumerUrl,
  outcomeKind,
  rangeOf,
  show,
  snippets,
  timeline,
} from './model';

const version = (number: number, created_ms: number, outcome = ''): Version => ({
  version: number,
  id: '',
  digest: '',
  mode: 'append',
  columns: [],
  added: 1,
  removed: 0,
  changed: 0,
  rows: 1,
  files: 1,
  bytes: 1,
  actor: '',
  source: '',
  message: '',
  batch: '',
  created_ms,
  outcome,
});
const rejected = (name: string, created_ms: number): Rejected => ({
  version: name,
  id: '',
  mode: 'append',
  rows: 1,
  files: 1,
  actor: '',
  source: '',
  message: '',
  batch: '',
  created_ms,
  failures: '',
  checks: { passed: 0, warned: 0, failed: 1, skipped: 0 },
});

describe('a timeline', () => {
  it('has rejections where they came', () => {
    const entries = timeline([version(2, 30, 'warned'), version(1, 10)], [rejected('r2', 20), rejected('r1', 5)], true);
    expect(entries.map((entry) => entry.id)).toEqual(['2', 'r2', '1', 'r1']);
    expect(entries.map(outcomeKind)).toEqual(['warning', 'failed', 'no_data', 'failed']);
    expect(timeline([version(2, 30), version(1, 10)], [rejected('r1', 5)], false).map((entry) => entry.id)).toEqual([
      '2',
      '1',
    ]);
  });
  it('says what a version did', () => {
    expect(changeOf({ added: 49, removed: 10, changed: 0 })).toBe('+49 −10');
    expect(changeOf({ added: 0, removed: 0, changed: 3 })).toBe('~3');
    expect(changeOf({ added: 0, removed: 0, changed: 0 })).toBe('0');
  });
});

describe('a check', () => {
  const check = (more: Partial<Check>): Check => ({
    id: 'C',
    rule: 'range',
    severity: 'error',
    description: '',
    sql: '',
    of: '',
    max_age: '',
    dataset: '',
    scope: '',
    extra: '',
    ...more,
  });
  it('is written as what it allows', () => {
    expect(allowed(check({ columns: ['alcohol'], min: 5, max: 20 }))).toBe('alcohol ≥ 5, ≤ 20');
    expect(allowed(check({ rule: 'statistic', of: 'mean', columns: ['proline'], max: 900 }))).toBe(
      'mean(proline) ≤ 900',
    );
    expect(allowed(check({ columns: ['c'], values: ['a', 1] }))).toBe('c ∈ {a, 1}');
    expect(allowed(check({ rule: 'row_count', min: 10 }))).toBe('rows ≥ 10');
    expect(allowed(check({ rule: 'expression', sql: 'a < b' }))).toBe('a < b');
    expect(allowed(check({ rule: 'unique', columns: ['a', 'b'] }))).toBe('a, b');
  });
});

describe('rows that differ', () => {
  it('show the keys and what changed', () => {
    const sample = {
      change: 'changed' as const,
      before: { id: 1, a: 2, b: null, c: 'x' },
      after: { id: 1, a: 3, b: null, c: 'x', d: 1 },
    };
    expect(changedColumns([sample], ['id'])).toEqual(['id', 'a', 'd']);
    expect(changedColumns([], ['id'])).toEqual([]);
  });
});

describe('columns', () => {
  it('have bars and boxes', () => {
    expect(barHeights([1, 4, 0])).toEqual([0.25, 1, 0]);
    const column = (min: number, median: number, max: number): ColumnSummary => ({
      name: 'x',
      kind: 'floating',
      nulls: 0,
      min,
      q25: min,
      median,
      q75: max,
      max,
    });
    expect(boxesOf([column(0, 5, 10), column(10, 15, 20)])).toEqual([
      { low: 0, q25: 0, median: 0.25, q75: 0.5, high: 0.5 },
      { low: 0.5, q25: 0.5, median: 0.75, q75: 1, high: 1 },
    ]);
    expect(boxesOf([undefined, { name: 't', kind: 'text', nulls: 0, min: 'a' }])).toEqual([null, null]);
    expect(boxesOf([column(3, 3, 3)])[0]?.median).toBe(0.5);
  });
  it('show missing values as such', () => {
    expect([show(null), show(''), show(0), show({ a: 1 }), show('NaN')]).toEqual(['–', '', '0', '{"a":1}', 'NaN']);
  });
});

describe('links', () => {
  it('lead to who reads it', () => {
    const base = { id: 'ab', state: '', at_ms: 0, direct: true } as const;
    expect(consumerUrl({ ...base, kind: 'job', name: 'train[x]', pipeline_run: 3 })).toBe(
      '/pipeline-runs/3?job=train%5Bx%5D',
    );
    expect(consumerUrl({ ...base, kind: 'run', name: 'n' })).toBe('/runs/ab');
    expect(consumerUrl({ ...base, kind: 'model', name: 'a@b@3' })).toBe('/models/a%40b');
    expect(consumerUrl({ ...base, kind: 'monitor', name: 'a b' })).toBe('/monitors/a%20b');
  });
  it('name two versions', () => {
    expect(rangeOf('12..14')).toEqual({ from: 12, to: 14 });
    expect(rangeOf('12..')).toBeNull();
  });
  it('read exactly one version', () => {
    expect(snippets('wine', '3', 'table', '/d/wine')[1]?.text).toContain(
      'DeltaTable("/d/wine", version=3).to_pandas()',
    );
    expect(snippets('wine', 'r1', 'table', '/d/wine').map((one) => one.title)).toEqual(['galley']);
    expect(snippets('pics', '0', 'files', '')[0]?.text).toBe('galley dataset checkout pics@0 --to pics');
  });
});
