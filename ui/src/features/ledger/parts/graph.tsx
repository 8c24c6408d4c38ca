// What a thing came of and what came of it, as a graph; beside it the node that is chosen.
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { CopyButton } from '../../../kit/copy';
import { Dag } from '../../../kit/dag/dag';
import { useKeys } from '../../../kit/keys';
import { Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Time } from '../../../kit/time';
import type { EventsAnswer, Lineage, LineageNode } from '../api';
import { graphUrl, hashOf, kindOf, statusOfNode, stepFrom } from '../graph';
import { useT, type T } from '../text';

export type Direction = 'up' | 'down' | 'both';

function kindWord(t: T, node: LineageNode): string {
  const kind = kindOf(node);
  return kind === null ? node.kind : t(`kind_${kind}`);
}

function stateWord(t: T, state: string): string {
  const words: Record<string, string> = {
    missing: t('stateMissing'),
    passed: t('statePassed'),
    warned: t('stateWarned'),
    unchecked: t('stateUnchecked'),
    serving: t('stateServing'),
    retired: t('stateRetired'),
    finished: t('stateFinished'),
    succeeded: t('stateFinished'),
    failed: t('stateFailed'),
    running: t('stateRunning'),
    cached: t('stateCached'),
    killed: t('stateKilled'),
    cancelled: t('stateKilled'),
  };
  return words[state] ?? state;
}

export function LineageGraph({
  node,
  dir,
  depth,
  selected,
  onSelect,
}: {
  node: string;
  dir: Direction;
  depth: number;
  selected: string;
  onSelect: (node: string) => void;
}) {
  // Without topics: it stays as it is, keyed by the journal's position, until the reader asks.
  const read = useApi<Lineage>('lineage', { node, dir, depth }, { keep: false });
  return (
    <Loaded read={read} lines={6}>
      {(lineage) => (
        <Drawn
          lineage={lineage}
          selected={lineage.nodes.some((one) => one.node === selected) ? selected : lineage.node}
          onSelect={onSelect}
          refresh={() => void read.refetch()}
        />
      )}
    </Loaded>
  );
}

/** Beside a chain: the graph of its first link, with a choice of its own. */
export function Graph({ node, dir }: { node: string; dir: Direction }) {
  const t = useT();
  const [selected, select] = useState(node);
  return (
    <section className="panel" aria-labelledby="lineage-graph">
      <h2 id="lineage-graph">
        {t('graph')} <Link href={graphUrl(node, dir)}>{t('graphOpen')}</Link>
      </h2>
      <LineageGraph node={node} dir={dir} depth={6} selected={selected} onSelect={select} />
    </section>
  );
}

function Drawn({
  lineage,
  selected,
  onSelect,
  refresh,
}: {
  lineage: Lineage;
  selected: string;
  onSelect: (node: string) => void;
  refresh: () => void;
}) {
  const t = useT();
  const go = (toCause: boolean) => () => {
    const to = stepFrom(lineage, selected, toCause);
    if (to !== null) onSelect(to);
  };
  useKeys([
    { keys: 'ArrowLeft', label: t('keyCause'), run: go(true) },
    { keys: 'ArrowRight', label: t('keyEffect'), run: go(false) },
  ]);
  const hash = useMemo(() => hashOf(lineage), [lineage]);
  const chosen = lineage.nodes.find((one) => one.node === selected);
  return (
    <div className="lineage">
      <div className="toolbar">
        <span className="meta" data-position={lineage.position}>
          {t('position', { n: String(lineage.position), nodes: lineage.nodes.length })}
        </span>
        <Newer position={lineage.position} refresh={refresh} />
        {lineage.has_more && <span className="warn">△ {t('leftOut')}</span>}
      </div>
      <div className="lineage-body">
        <Dag
          label={t('graph')}
          hash={hash}
          nodes={lineage.nodes.map((one) => {
            const status = statusOfNode(one);
            return {
              id: one.node,
              label: `${one.name}${one.has_more ? ' …' : ''}`,
              word: kindWord(t, one),
              detail: [one.detail, one.state === '' ? '' : stateWord(t, one.state)].filter(Boolean).join(' · '),
              gate: one.node === lineage.node,
              ...(status === undefined ? {} : { status }),
            };
          })}
          edges={lineage.edges}
          selected={selected}
          onSelect={onSelect}
          focus={selected !== lineage.node}
        />
        {chosen && <Facts node={chosen} isAsked={chosen.node === lineage.node} />}
      </div>
    </div>
  );
}

/** Says that the journal has moved on since the graph was made. */
function Newer({ position, refresh }: { position: number; refresh: () => void }) {
  const t = useT();
  const newest = useApi<EventsAnswer>('events', { limit: 1 }, { topics: ['event'] });
  const now = newest.data?.events[0]?.sequence ?? position;
  if (now <= position) return null;
  return (
    <Button
      size="xs"
      variant="default"
      className="newer"
      title={t('newerText', { n: now - position })}
      onClick={refresh}
    >
      {t('newer')}
    </Button>
  );
}

function Facts({ node, isAsked }: { node: LineageNode; isAsked: boolean }) {
  const t = useT();
  const status = statusOfNode(node);
  return (
    <aside className="panel lineage-node" aria-label={t('chosen')} data-node={node.node}>
      <h2>
        <span className="meta">{kindWord(t, node)}</span> {node.name}
      </h2>
      {node.state !== '' && (
        <p>{status ? <Status kind={status}>{stateWord(t, node.state)}</Status> : stateWord(t, node.state)}</p>
      )}
      {node.detail !== '' && <p>{node.detail}</p>}
      {node.at_ms !== undefined && (
        <p>
          <Time ms={node.at_ms} />
        </p>
      )}
      <p>
        <code>{node.node}</code> <CopyButton text={node.node} />
      </p>
      {node.state === 'missing' && <p className="bad">{t('missingText')}</p>}
      {node.has_more && <p className="muted">{t('beyond')}</p>}
      <p className="lineage-verbs">
        {node.path !== '' && <Link href={node.path.replace(/^\/ui/, '')}>{t('open')}</Link>}
        {!isAsked && node.state !== 'missing' && <Link href={graphUrl(node.node)}>{t('center')}</Link>}
      </p>
    </aside>
  );
}
