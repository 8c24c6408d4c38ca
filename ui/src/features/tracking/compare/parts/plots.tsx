import { useCallback, useMemo } from 'react';
import { useLocation } from 'wouter';
import { Icon } from '../../../../kit/icon';
import type { Brushes } from '../../../../kit/parallel/layout';
import { Parallel } from '../../../../kit/parallel/parallel';
import { Empty, Loaded } from '../../../../kit/state';
import { list, text, useUrlState, type Codec } from '../../../../kit/urlstate';
import { Choice } from '../../curves/controls';
import { useT } from '../../curves/text';
import { curlOf } from '../../curves/query';
import { columnOf, usualColumns } from '../model';
import { axesOf, useAxes, type TabProps } from './axes';

/** `params.lr:.2..1;metrics.auc:0..4`: shares of the axes. */
export const brushCodec: Codec<Brushes> = {
  initial: {},
  write: (brushes) =>
    Object.entries(brushes)
      .map(([id, { lo, hi }]) => `${encodeURIComponent(id)}:${lo.toFixed(3)}..${hi.toFixed(3)}`)
      .join(';'),
  parse: (written) =>
    Object.fromEntries(
      written.split(';').flatMap((part) => {
        const match = /^(.+):([\d.]+)\.\.([\d.]+)$/.exec(part);
        const [lo, hi] = [Number(match?.[2]), Number(match?.[3])];
        if (!match || !(lo >= 0 && lo <= hi && hi <= 1)) return [];
        try {
          return [[decodeURIComponent(match[1] ?? ''), { lo, hi }]];
        } catch {
          return [];
        }
      }),
    ),
};
const schema = { cols: list(), color: text(), brush: brushCodec };
const columnsMax = 50;

export function ParallelTab({ answer, labels }: TabProps) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const [, navigate] = useLocation();
  const usual = useMemo(() => usualColumns(answer), [answer]);
  const columns = state.cols.length > 0 ? state.cols : usual;
  const all = useMemo(() => answer.rows.map(columnOf).filter((column): column is string => column !== null), [answer]);
  const { read, body } = useAxes(answer, columns);
  const color = columns.includes(state.color)
    ? state.color
    : (columns.findLast((column) => column.startsWith('metrics.')) ?? columns[columns.length - 1] ?? '');
  const onBrushes = useCallback((brush: Brushes) => change({ brush }), [change]);
  const onOrder = useCallback((ids: string[]) => change({ cols: ids }), [change]);
  return (
    <>
      <div className="toolbar">
        <Choice
          label={t('colorBy')}
          value={color}
          choices={columns.map((column) => [column, column] as const)}
          onChange={(chosen) => change({ color: chosen })}
        />
        <Choice
          label={t('addAxis')}
          value=""
          choices={[
            ['', '…'],
            ...all.filter((column) => !columns.includes(column)).map((column) => [column, column] as const),
          ]}
          onChange={(column) => column !== '' && columns.length < columnsMax && change({ cols: [...columns, column] })}
        />
        {columns.map((column) => (
          <span key={column} className="chip">
            {column}
            <button
              type="button"
              className="icon-button"
              aria-label={t('remove', { name: column })}
              onClick={() => change({ cols: columns.filter((one) => one !== column) })}
            >
              <Icon name="x" size={12} />
            </button>
          </span>
        ))}
      </div>
      {columns.length < 2 ? (
        <Empty title={t('tooFew')} />
      ) : (
        <Loaded read={read}>
          {(found) => (
            <Parallel
              label={t('parallel')}
              axes={axesOf(found)}
              names={found.runs.map((run) => labels.get(run.id) ?? run.name)}
              colorBy={color}
              brushes={state.brush}
              onBrushes={onBrushes}
              onOrder={onOrder}
              query={curlOf('runs/parallel', body)}
              onOpen={(line) => navigate(`/runs/${found.runs[line]?.id ?? ''}`)}
            />
          )}
        </Loaded>
      )}
    </>
  );
}
