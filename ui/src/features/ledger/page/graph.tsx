// The lineage of any thing, both ways, as far as the reader wants.
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Snippet } from '../../../kit/copy';
import { usePage } from '../../../kit/page';
import { Segments } from '../../../kit/segments';
import { Empty } from '../../../kit/state';
import { choice, number, text, useUrlState } from '../../../kit/urlstate';
import { LineageGraph } from '../parts/graph';
import { useT } from '../text';
import '../ledger.css';

const dirs = ['both', 'up', 'down'] as const;
const schema = { node: text(), dir: choice(dirs, 'both'), depth: number(3), sel: text() };
const depths = [1, 2, 3, 4, 5, 6];

export default function GraphPage() {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const depth = Math.min(6, Math.max(1, Math.round(state.depth)));
  usePage({
    title: state.node === '' ? t('lineage') : `${t('lineage')}: ${state.node}`,
    crumbs: [{ label: t('audit'), path: '/audit' }, { label: t('lineage') }, { label: state.node }],
  });
  const words = { both: t('dirBoth'), up: t('dirUp'), down: t('dirDown') };
  const flag = state.dir === 'both' ? '' : ` --${state.dir}`;
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{t('lineage')}</h1>
          <p className="muted">{t('graphText')}</p>
        </div>
      </div>
      <div className="toolbar audit-filters">
        <NodeField node={state.node} onNode={(node) => change({ node, sel: '' }, { push: true })} />
        <Segments
          label={t('direction')}
          value={state.dir}
          onChange={(dir) => change({ dir })}
          data={dirs.map((value) => ({ value, label: words[value] }))}
        />
        <label>
          {t('depth')}{' '}
          <select value={depth} onChange={(event) => change({ depth: Number(event.currentTarget.value) })}>
            {depths.map((steps) => (
              <option key={steps} value={steps}>
                {t('steps', { n: steps })}
              </option>
            ))}
          </select>
        </label>
      </div>
      {state.node === '' ? (
        <Empty title={t('graphNone')}>
          <p>{t('graphNoneText')}</p>
        </Empty>
      ) : (
        <>
          <LineageGraph
            node={state.node}
            dir={state.dir}
            depth={depth}
            selected={state.sel}
            onSelect={(sel) => change({ sel })}
          />
          <Snippet text={`galley lineage ${state.node}${flag} --depth ${depth}`} />
        </>
      )}
    </>
  );
}

function NodeField({ node, onNode }: { node: string; onNode: (node: string) => void }) {
  const t = useT();
  const [typed, setTyped] = useState(node);
  useEffect(() => setTyped(node), [node]);
  return (
    <form
      className="lineage-field"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== '') onNode(typed.trim());
      }}
    >
      <label>
        {t('node')}{' '}
        <input
          value={typed}
          size={42}
          spellCheck={false}
          placeholder="model:demand@3"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <Button type="submit" size="xs" variant="default">
        {t('show')}
      </Button>
    </form>
  );
}
