// Two columns of the compared runs against each other.
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { Better } from '../../../../kit/scatter/pareto';
import { Scatter } from '../../../../kit/scatter/scatter';
import { Empty, Loaded } from '../../../../kit/state';
import { choice, flag, text, useUrlState } from '../../../../kit/urlstate';
import { Choice, Tick } from '../../curves/controls';
import { curlOf } from '../../curves/query';
import { useT } from '../../curves/text';
import { betterOf, columnOf, usualColumns } from '../model';
import { axesOf, useAxes, type TabProps } from './axes';

const ways = ['', 'min', 'max'] as const;
const schema = {
  sx: text(),
  sy: text(),
  fit: flag(true),
  pareto: flag(),
  bx: choice(ways, ''),
  by: choice(ways, ''),
};

export function ScatterTab({ answer, labels }: TabProps) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const [, navigate] = useLocation();
  const all = useMemo(() => answer.rows.map(columnOf).filter((column): column is string => column !== null), [answer]);
  const usual = useMemo(() => usualColumns(answer), [answer]);
  const x = all.includes(state.sx) ? state.sx : (usual[0] ?? all[0] ?? '');
  const y = all.includes(state.sy)
    ? state.sy
    : (usual.findLast((column) => column !== x) ?? all.find((column) => column !== x) ?? '');
  const columns = useMemo(() => (x !== '' && y !== '' ? [...new Set([x, y])] : []), [x, y]);
  const { read, body } = useAxes(answer, columns);
  const better: { x: Better; y: Better } = { x: state.bx || betterOf(x), y: state.by || betterOf(y) };
  const front = useMemo(() => (state.pareto ? { x: better.x, y: better.y } : null), [state.pareto, better.x, better.y]);
  const choices = all.map((column) => [column, column] as const);
  const directions = [
    ['min', t('smallIsGood')],
    ['max', t('largeIsGood')],
  ] as const;
  if (columns.length === 0) return <Empty title={t('tooFew')} />;
  return (
    <>
      <div className="toolbar">
        <Choice label={t('horizontal')} value={x} choices={choices} onChange={(sx) => change({ sx, bx: '' })} />
        <Choice label={t('vertical')} value={y} choices={choices} onChange={(sy) => change({ sy, by: '' })} />
        <Tick label={t('regression')} value={state.fit} onChange={(fit) => change({ fit })} />
        <Tick
          label={t('pareto')}
          title={t('paretoText')}
          value={state.pareto}
          onChange={(pareto) => change({ pareto })}
        />
        {state.pareto && (
          <>
            <Choice label="x" value={better.x} choices={directions} onChange={(bx) => change({ bx })} />
            <Choice label="y" value={better.y} choices={directions} onChange={(by) => change({ by })} />
          </>
        )}
      </div>
      <Loaded read={read}>
        {(found) => {
          const axes = axesOf(found);
          const [first, second] = [axes.find((axis) => axis.id === x), axes.find((axis) => axis.id === y)];
          if (!first || !second) return null;
          const isCategory = first.type === 'category' || second.type === 'category';
          return (
            <>
              {isCategory && front && <p className="meta">{t('noPareto')}</p>}
              <Scatter
                x={first}
                y={second}
                names={found.runs.map((run) => labels.get(run.id) ?? run.name)}
                fit={state.fit}
                front={front}
                query={curlOf('runs/parallel', body)}
                onOpen={(line) => navigate(`/runs/${found.runs[line]?.id ?? ''}`)}
              />
            </>
          );
        }}
      </Loaded>
    </>
  );
}
