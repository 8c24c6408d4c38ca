// How a value of a column is shown, by what the column is. Links are no stops of Tab: a grid is one, Enter opens.
import { Link } from 'wouter';
import { Icon } from '../../../../kit/icon';
import type { Column } from '../../../../kit/table';
import { formatCount, formatDelta, formatDuration, formatMetric, toNumber } from '../../../../kit/number';
import { Status, statusOf } from '../../../../kit/status';
import { Ago } from '../../../../kit/time';
import type { RunColumn, RunRow, RunSpark, Scalar } from '../api';
import { isSpark, nameOf, titleOf } from '../view';
import { Spark } from './spark';

const asTime = new Set(['attributes.started', 'attributes.ended']);
const widths: Record<string, number> = {
  'attributes.started': 152,
  'attributes.ended': 152,
  'attributes.duration': 96,
  'attributes.user': 88,
  'attributes.status': 104,
  'attributes.id': 260,
  'attributes.experiment': 120,
};

export function isNumeric(column: string, profile: RunColumn | undefined): boolean {
  return (
    nameOf(column).name.startsWith('metrics.') ||
    column === 'attributes.duration' ||
    (profile?.type === 'number' && !asTime.has(column))
  );
}

export function Value({ column, value }: { column: string; value: Scalar | undefined }) {
  if (value === null || value === undefined) return <span className="muted">–</span>;
  if (asTime.has(column)) return <Ago ms={Number(value)} />;
  if (column === 'attributes.duration')
    return <span title={`${String(value)} ms`}>{formatDuration(Number(value))}</span>;
  if (column === 'attributes.status') return <Status kind={statusOf(String(value))}>{String(value)}</Status>;
  if (nameOf(column).name.startsWith('metrics.'))
    return <span title={String(value)}>{formatMetric(value as number | string)}</span>;
  return <span title={String(value)}>{String(value)}</span>;
}

/** A value beside the baseline's: the difference where both are numbers, else a mark that it differs. */
function Compared({ column, value, base }: { column: string; value: Scalar | undefined; base: Scalar | undefined }) {
  const [mine, other] = [toNumber(value as string | number | null), toNumber(base as string | number | null)];
  const isText = mine === null || other === null || asTime.has(column);
  const differs = (value ?? null) !== (base ?? null);
  return (
    <span className={differs ? 'run-differs' : 'muted'}>
      <Value column={column} value={value} />
      {differs && !isText && Number.isFinite(mine - other) && (
        <span className="run-delta">
          {column === 'attributes.duration'
            ? `${mine > other ? '+' : '−'}${formatDuration(Math.abs(mine - other))}`
            : formatDelta(mine - other, 3)}
        </span>
      )}
    </span>
  );
}

/** Where an extreme is: `@1,200`. Only of the value that is shown: while a run logs, one may be ahead of the other. */
function AtStep({ column, value, spark }: { column: string; value: Scalar | undefined; spark: RunSpark | undefined }) {
  const { aggregate } = nameOf(column);
  const which = aggregate === 'best' ? spark?.best : aggregate;
  const step = which === 'min' ? spark?.min_step : which === 'max' ? spark?.max_step : undefined;
  if (step === undefined || value !== (which === 'min' ? spark?.min : spark?.max)) return null;
  return <span className="run-step">@{formatCount(step)}</span>;
}

export type CellOptions = {
  shown: string[];
  sparkOf: (run: string, column: string) => RunSpark | undefined;
  curveOf: (name: string) => string; // In words: the curve of a metric.
  pinned: readonly string[];
  profiles: Map<string, RunColumn>;
  baseline: RunRow | undefined;
  withExperiment: boolean;
  words: Record<string, string>; // Of attributes, by their names.
};

function nameColumn(options: CellOptions): Column<RunRow> {
  return {
    id: 'attributes.name',
    title: options.words['attributes.name'],
    width: 220,
    sortable: true,
    frozen: true,
    copy: (row) => row.name,
    render: (row) => (
      <span className="run-name" title={`${row.name} · ${row.id}`}>
        <Status kind={statusOf(row.status)} quiet>
          {row.status}
        </Status>
        <Link href={`/runs/${row.id}`} tabIndex={-1}>
          {row.name}
        </Link>
        {row.id === options.baseline?.id && (
          <span className="run-base" aria-hidden="true">
            ⚑
          </span>
        )}
      </span>
    ),
  };
}

function sparkColumn(column: string, options: CellOptions): Column<RunRow> {
  const title = titleOf(column);
  return {
    id: column,
    title: (
      <span title={options.curveOf(title)}>
        <Icon name="chart-line" size={12} label={options.curveOf(title)} /> {title}
      </span>
    ),
    width: 128,
    ...(options.pinned.includes(column) ? { frozen: true } : {}),
    render: (row) => <Spark spark={options.sparkOf(row.id, column)} name={title} />,
  };
}

/** `at`: where the column's value stands in a row. */
function valueColumn(column: string, at: number, options: CellOptions): Column<RunRow> {
  const { profiles, baseline } = options;
  const numeric = isNumeric(column, profiles.get(nameOf(column).name));
  const hasStep = nameOf(column).aggregate !== 'last';
  return {
    id: column,
    title: <span title={column}>{options.words[column] ?? titleOf(column)}</span>,
    sortable: true,
    width: (widths[column] ?? (numeric ? 104 : 128)) + (baseline && numeric ? 36 : 0) + (hasStep ? 36 : 0),
    ...(numeric ? { align: 'right' as const } : {}),
    ...(options.pinned.includes(column) ? { frozen: true } : {}),
    copy: (row) => String(row.values[at] ?? ''),
    render: (row) => (
      <>
        {baseline && row.id !== baseline.id ? (
          <Compared column={column} value={row.values[at]} base={baseline.values[at]} />
        ) : (
          <Value column={column} value={row.values[at]} />
        )}
        {hasStep && <AtStep column={column} value={row.values[at]} spark={options.sparkOf(row.id, column)} />}
      </>
    ),
  };
}

export function columnsOf(options: CellOptions): Column<RunRow>[] {
  const { shown } = options;
  const asked = shown.filter((column) => !isSpark(column));
  const columns = shown.map((column) =>
    isSpark(column) ? sparkColumn(column, options) : valueColumn(column, asked.indexOf(column), options),
  );
  const experiment: Column<RunRow>[] = options.withExperiment
    ? [
        {
          id: 'attributes.experiment',
          title: options.words['attributes.experiment'],
          width: 120,
          sortable: true,
          copy: (row) => row.experiment_name,
          render: (row) => (
            <Link href={`/experiments/${row.experiment}`} tabIndex={-1}>
              {row.experiment_name}
            </Link>
          ),
        },
      ]
    : [];
  const pinned = columns.filter((column) => column.frozen);
  return [nameColumn(options), ...pinned, ...experiment, ...columns.filter((column) => !column.frozen)];
}
