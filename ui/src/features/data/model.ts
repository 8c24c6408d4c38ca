// What the pages compute of versions, checks and columns. Pure.
import type { StatusKind } from '../../kit/status';
import { formatMetric } from '../../kit/number';
import type { Check, CheckCounts, CheckOutcome, ColumnSummary, Consumer, Rejected, Version } from './api';

export type Entry = { id: string; at: number; version?: Version; rejected?: Rejected };

/** Versions and rejections as they came, newest first. Without `complete` none older than the last version shown. */
export function timeline(versions: Version[], rejected: Rejected[], complete: boolean): Entry[] {
  const oldest = versions[versions.length - 1]?.created_ms ?? 0;
  const entries: Entry[] = [
    ...versions.map((version) => ({ id: String(version.version), at: version.created_ms, version })),
    ...rejected
      .filter((one) => complete || one.created_ms >= oldest)
      .map((one) => ({ id: one.version, at: one.created_ms, rejected: one })),
  ];
  return entries.sort((a, b) => b.at - a.at || (b.rejected ? 1 : 0) - (a.rejected ? 1 : 0));
}

export function outcomeKind(entry: Entry): StatusKind {
  if (entry.rejected) return 'failed';
  if (entry.version?.outcome === 'warned') return 'warning';
  return entry.version?.outcome === 'passed' ? 'succeeded' : 'no_data';
}

export function checkKind(check: CheckOutcome): StatusKind {
  if (check.outcome === 'passed') return 'succeeded';
  if (check.outcome === 'skipped') return 'no_data';
  return check.severity === 'warning' ? 'warning' : 'failed';
}

export function countsOf(entry: Entry): CheckCounts | undefined {
  return entry.version?.checks ?? entry.rejected?.checks;
}

/** +49 −10 ~3; without changes: 0. */
export function changeOf(version: { added: number; removed: number; changed: number }): string {
  const parts = [
    version.added > 0 ? `+${version.added}` : '',
    version.removed > 0 ? `−${version.removed}` : '',
    version.changed > 0 ? `~${version.changed}` : '',
  ];
  return parts.filter(Boolean).join(' ') || '0';
}

export function show(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return formatMetric(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What a check allows, as an expression. */
export function allowed(check: Check): string {
  const columns = (check.columns ?? []).join(', ');
  const subject = check.of ? `${check.of}(${columns})` : check.rule === 'row_count' ? 'rows' : columns;
  const limits = [
    check.min === undefined ? '' : `≥ ${formatMetric(check.min)}`,
    check.max === undefined ? '' : `≤ ${formatMetric(check.max)}`,
    check.above === undefined ? '' : `> ${formatMetric(check.above)}`,
    check.below === undefined ? '' : `< ${formatMetric(check.below)}`,
  ]
    .filter(Boolean)
    .join(', ');
  if (check.values)
    return `${subject} ∈ {${check.values.slice(0, 6).map(show).join(', ')}${check.values.length > 6 ? ', …' : ''}}`;
  if (check.sql) return limits === '' ? check.sql : `${check.sql} ${limits}`;
  if (check.max_age) return `${subject} ≤ ${check.max_age}`;
  if (check.dataset) return `${subject} → ${check.dataset}`;
  return [subject, limits].filter(Boolean).join(' ');
}

/** The highest bar is 1. */
export function barHeights(counts: number[]): number[] {
  const most = Math.max(1, ...counts);
  return counts.map((count) => count / most);
}

/** A column's spread on an axis that two of them share; null: it has none. */
export type Box = { low: number; q25: number; median: number; q75: number; high: number };
export function boxesOf(columns: (ColumnSummary | undefined)[]): (Box | null)[] {
  const known = columns.map((column) => {
    const { min, max, q25, median, q75 } = column ?? {};
    if (
      typeof min !== 'number' ||
      typeof max !== 'number' ||
      typeof q25 !== 'number' ||
      typeof median !== 'number' ||
      typeof q75 !== 'number'
    )
      return null;
    return [min, q25, median, q75, max].every(Number.isFinite) ? { low: min, q25, median, q75, high: max } : null;
  });
  const boxes = known.filter((box) => box !== null);
  const from = Math.min(...boxes.map((box) => box.low));
  const span = Math.max(...boxes.map((box) => box.high)) - from;
  const at = (value: number) => (span > 0 ? (value - from) / span : 0.5);
  return known.map(
    (box) =>
      box && { low: at(box.low), q25: at(box.q25), median: at(box.median), q75: at(box.q75), high: at(box.high) },
  );
}

export function consumerUrl(consumer: Consumer): string {
  if (consumer.kind === 'job')
    return `/pipeline-runs/${consumer.pipeline_run ?? 0}?job=${encodeURIComponent(consumer.name)}`;
  if (consumer.kind === 'run') return `/runs/${consumer.id}`;
  if (consumer.kind === 'monitor') return `/monitors/${encodeURIComponent(consumer.name)}`;
  const at = consumer.name.lastIndexOf('@');
  return `/models/${encodeURIComponent(consumer.name.slice(0, at))}`;
}

/** `12..14` of a diff's path. */
export function rangeOf(text: string): { from: number; to: number } | null {
  const match = /^(\d+)\.\.(\d+)$/.exec(text);
  return match ? { from: Number(match[1]), to: Number(match[2]) } : null;
}

/** How to read exactly one version. */
export function snippets(
  name: string,
  version: string,
  kind: string,
  location: string,
): { title: string; text: string }[] {
  const command = {
    title: 'galley',
    text: `galley dataset checkout ${name}@${version} --to ${kind === 'files' ? name : `${name}-${version}.parquet`}`,
  };
  if (kind === 'files' || version.startsWith('r')) return [command];
  return [
    {
      title: 'deltalake',
      text: `from deltalake import DeltaTable\n\ntable = DeltaTable(${JSON.stringify(location)}, version=${version})\nframe = table.to_pyarrow_table()`,
    },
    {
      title: 'pandas',
      text: `from deltalake import DeltaTable\n\nframe = DeltaTable(${JSON.stringify(location)}, version=${version}).to_pandas()`,
    },
    { title: 'galley.yaml', text: `deps: ["dataset:${name}@${version}"]` },
    command,
  ];
}

/** What names a row: the columns that the contract says are unique. */
export function keysOf(checks: Check[]): string {
  return (checks.find((check) => check.rule === 'unique')?.columns ?? []).join(',');
}
