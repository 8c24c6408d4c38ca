// What differs between things of one kind: a row per key and a column per thing, or, for many things, the
// other way round. The baseline stands first; numbers say by how much they differ from its.
import './diff.css';
import { Fragment, useMemo } from 'react';
import { formatDelta, formatDuration, formatMetric, formatShare, formatTime } from '../number';
import { Table, type Column } from '../table';
import { makeText } from '../text';
import { deltaOf, numberOf, sameCell, type Cell } from './delta';

export type DiffThing = { id: string; label: string };
export type DiffLine = {
  group: string;
  groupLabel: string;
  key: string;
  values: readonly Cell[];
  kind?: 'time' | 'duration';
};
export type DiffProps = {
  label: string;
  things: readonly DiffThing[];
  baseline: string;
  lines: readonly DiffLine[];
  onBaseline: (id: string) => void;
  onOpen?: (id: string) => void;
};

const useT = makeText(
  { key: 'Key', base: 'baseline', make: 'Make {name} the baseline', name: 'Name' },
  { key: '键', base: '基线', make: '将 {name} 设为基线', name: '名称' },
);
const columnsMax = 8;

export function Diff(props: DiffProps) {
  return props.things.length <= columnsMax ? <ByKey {...props} /> : <ByThing {...props} />;
}

function say(cell: Cell, kind: DiffLine['kind']): string {
  if (cell === null) return '–';
  if (kind) return kind === 'time' ? formatTime(Number(cell), true) : formatDuration(Number(cell));
  return typeof cell === 'number' ? formatMetric(cell) : cell;
}

function sayDelta(difference: number, kind: DiffLine['kind']): string {
  return kind ? `${difference > 0 ? '+' : '−'}${formatDuration(Math.abs(difference))}` : formatDelta(difference);
}

function Value({
  cell,
  base,
  isBase,
  kind,
  brief,
}: {
  cell: Cell;
  base: Cell;
  isBase: boolean;
  kind: DiffLine['kind'];
  brief?: boolean;
}) {
  const delta = isBase ? null : deltaOf(base, cell);
  const differs = !isBase && !sameCell(base, cell);
  return (
    <span className={differs ? 'diff-value differs' : 'diff-value'} title={cell === null ? '' : String(cell)}>
      {say(cell, kind)}
      {delta && (
        <span className="diff-delta">
          {delta.difference > 0 ? '▲' : '▼'} {sayDelta(delta.difference, kind)}
          {delta.share !== null &&
            !brief &&
            kind !== 'time' &&
            ` (${delta.share > 0 ? '+' : ''}${formatShare(delta.share, 1)})`}
        </span>
      )}
    </span>
  );
}

function ByKey({ label, things, baseline, lines, onBaseline, onOpen }: DiffProps) {
  const t = useT();
  const order = useMemo(
    () =>
      things
        .map((_, index) => index)
        .sort((a, b) => Number(things[b]?.id === baseline) - Number(things[a]?.id === baseline)),
    [things, baseline],
  );
  const base = things.findIndex((thing) => thing.id === baseline);
  return (
    <div className="scroll-x diff" tabIndex={0} role="region" aria-label={label}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t('key')}</th>
            {order.map((index) => {
              const thing = things[index];
              if (!thing) return null;
              return (
                <th key={thing.id} scope="col" className={index === base ? 'diff-base' : ''}>
                  {onOpen ? (
                    <button type="button" className="diff-name" onClick={() => onOpen(thing.id)}>
                      {thing.label}
                    </button>
                  ) : (
                    thing.label
                  )}
                  {index === base ? (
                    <span className="chip">{t('base')}</span>
                  ) : (
                    <button
                      type="button"
                      className="diff-make"
                      aria-label={t('make', { name: thing.label })}
                      title={t('make', { name: thing.label })}
                      onClick={() => onBaseline(thing.id)}
                    >
                      ⚑
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, at) => (
            <Fragment key={`${line.group} ${line.key}`}>
              {line.group !== lines[at - 1]?.group && (
                <tr className="diff-group">
                  <th scope="rowgroup" colSpan={things.length + 1}>
                    {line.groupLabel}
                  </th>
                </tr>
              )}
              <tr>
                <th scope="row" title={line.key}>
                  {line.key}
                </th>
                {order.map((index) => (
                  <td
                    key={things[index]?.id}
                    className={`${index === base ? 'diff-base' : ''} ${numberOf(line.values[index] ?? null) === null ? '' : 'is-figure'}`}
                  >
                    <Value
                      cell={line.values[index] ?? null}
                      base={line.values[base] ?? null}
                      isBase={index === base}
                      kind={line.kind}
                    />
                  </td>
                ))}
              </tr>
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const linesMax = 60;

function ByThing({ label, things, baseline, lines, onBaseline, onOpen }: DiffProps) {
  const t = useT();
  const base = Math.max(
    0,
    things.findIndex((thing) => thing.id === baseline),
  );
  const order = useMemo(
    () => [base, ...things.map((_, index) => index).filter((index) => index !== base)],
    [things, base],
  );
  const columns: Column<number>[] = [
    {
      id: 'name',
      title: t('name'),
      width: 220,
      copy: (index) => things[index]?.label ?? '',
      render: (index) => (
        <>
          {index === base ? (
            <span className="chip">{t('base')}</span>
          ) : (
            <button
              type="button"
              className="diff-make"
              aria-label={t('make', { name: things[index]?.label ?? '' })}
              title={t('make', { name: things[index]?.label ?? '' })}
              onClick={() => onBaseline(things[index]?.id ?? '')}
            >
              ⚑
            </button>
          )}{' '}
          {things[index]?.label}
        </>
      ),
    },
    ...lines.slice(0, linesMax).map((line): Column<number> => ({
      id: `${line.group} ${line.key}`,
      title: line.key,
      width: line.kind === 'time' ? 240 : 160,
      ...(line.values.some((cell) => numberOf(cell) !== null) ? { align: 'right' as const } : {}),
      copy: (index) => String(line.values[index] ?? ''),
      render: (index) => (
        <Value
          cell={line.values[index] ?? null}
          base={line.values[base] ?? null}
          isBase={index === base}
          kind={line.kind}
          brief
        />
      ),
    })),
  ];
  return (
    <div className="diff-fill">
      <Table
        label={label}
        columns={columns}
        total={order.length}
        row={(at) => order[at]}
        idOf={(index) => things[index]?.id ?? ''}
        fill
        {...(onOpen ? { onOpen: (index: number) => onOpen(things[index]?.id ?? '') } : {})}
      />
    </div>
  );
}
