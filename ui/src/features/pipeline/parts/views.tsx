// Three looks at a run's jobs: the graph, their times, the last runs beside each other.
import { useMemo } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { useSaid } from '../../../api/said';
import { Dag } from '../../../kit/dag/dag';
import { formatDuration, formatTime } from '../../../kit/number';
import { Loaded } from '../../../kit/state';
import { Status, statusShape } from '../../../kit/status';
import { runUrl, type Graph, type Grid, type Run } from '../api';
import { bars, kindOf, shownGraph, tookMs, type Bar, type Segment } from '../model';
import { stateWord, useT } from '../text';

export function GraphView({
  graph,
  selected,
  onSelect,
  grouped,
  critical,
  focus,
  dimmed,
  now,
}: {
  graph: Graph;
  selected: string;
  onSelect: (job: string) => void;
  grouped: boolean;
  critical: boolean;
  focus: boolean;
  dimmed: ReadonlySet<string>;
  now: number;
}) {
  const t = useT();
  const shown = useMemo(() => shownGraph(graph, grouped), [graph, grouped]);
  const home = shown.nodes.find((node) => node.members.some((member) => member.job === selected))?.id ?? '';
  const nodes = shown.nodes.map((node) => {
    const one = node.members.length === 1 ? node.members[0] : undefined;
    const took = one ? tookMs(one, now) : null;
    const parts = [
      took === null ? '' : formatDuration(took),
      one && one.attempts > 1 ? t('attempts', { n: one.attempts }) : '',
      one ? '' : `×${node.members.length}`,
    ];
    return {
      id: node.id,
      label: node.id,
      status: kindOf(node.state),
      word: stateWord(t, node.state),
      detail: parts.filter(Boolean).join(' · '),
      gate: node.gate,
    };
  });
  const hot = new Set(
    critical
      ? shown.nodes
          .filter((node) => node.members.some((member) => graph.critical.includes(member.job)))
          .map((node) => node.id)
      : [],
  );
  const dim = new Set(
    shown.nodes.filter((node) => node.members.every((member) => dimmed.has(member.job))).map((node) => node.id),
  );
  const choose = (id: string) => {
    const members = shown.nodes.find((node) => node.id === id)?.members ?? [];
    onSelect((members.find((member) => member.state === 'failed') ?? members[0])?.job ?? id);
  };
  return (
    <>
      <Dag
        label={t('graph')}
        hash={shown.hash}
        nodes={nodes}
        edges={shown.edges}
        selected={home}
        onSelect={choose}
        critical={hot}
        dimmed={dim}
        focus={focus}
      />
      {graph.edges_left_out > 0 && <p className="meta">{t('edgesOut', { n: graph.edges_left_out })}</p>}
    </>
  );
}

export function GanttView({
  run,
  graph,
  selected,
  onSelect,
  dimmed,
  now,
}: {
  run: Run;
  graph: Graph;
  selected: string;
  onSelect: (job: string) => void;
  dimmed: ReadonlySet<string>;
  now: number;
}) {
  const t = useT();
  const all = useMemo(() => bars(run, graph, now), [run, graph, now]);
  const end = run.ended_ms > 0 ? run.ended_ms : now;
  const span = Math.max(1, end - run.created_ms);
  const words: Record<Segment['kind'], string> = {
    wait: t('seg_wait'),
    run: t('seg_run'),
    failed: t('seg_failed'),
    pause: t('seg_pause'),
  };
  const said = (bar: Bar) =>
    bar.segments.map((segment) => `${words[segment.kind]} ${formatDuration(segment.to - segment.from)}`).join(', ') ||
    t('notRun');
  return (
    <div className="gantt">
      <ol className="gantt-rows" aria-label={t('gantt')}>
        {all
          .filter((bar) => !dimmed.has(bar.job))
          .map((bar) => (
            <li key={bar.job}>
              <button
                type="button"
                className={bar.job === selected ? 'gantt-row is-selected' : 'gantt-row'}
                aria-pressed={bar.job === selected}
                onClick={() => onSelect(bar.job)}
                title={`${bar.job}: ${said(bar)}`}
              >
                <span className="gantt-name">
                  <Status kind={kindOf(bar.state)} quiet>
                    {stateWord(t, bar.state)}
                  </Status>{' '}
                  {bar.job}
                </span>
                <span className="gantt-lane" aria-hidden="true">
                  {bar.segments.map((segment) => (
                    <span
                      key={segment.from}
                      className={`gantt-bar is-${segment.kind}`}
                      style={{
                        left: `${((segment.from - run.created_ms) / span) * 100}%`,
                        width: `max(2px, ${((segment.to - segment.from) / span) * 100}%)`,
                      }}
                    />
                  ))}
                </span>
                <span className="sr-only">{said(bar)}</span>
                <span className="gantt-took number" aria-hidden="true">
                  {formatDuration(busyMs(bar))}
                </span>
              </button>
            </li>
          ))}
      </ol>
      <p className="meta gantt-legend">
        {(['wait', 'run', 'failed', 'pause'] as const).map((kind) => (
          <span key={kind}>
            <span className={`gantt-key is-${kind}`} aria-hidden="true" /> {words[kind]}
          </span>
        ))}
        <span>
          {formatTime(run.created_ms, true)} – {formatTime(end, true)} ({formatDuration(span)})
        </span>
      </p>
    </div>
  );
}

function busyMs(bar: Bar): number | null {
  return (
    bar.segments.reduce((sum, segment) => sum + (segment.kind === 'wait' ? 0 : segment.to - segment.from), 0) || null
  );
}

export function GridView({ pipeline, run, topics }: { pipeline: string; run?: number; topics: string[] }) {
  const grid = useApi<Grid>(
    `pipelines/${encodeURIComponent(pipeline)}/grid`,
    { n: 50 },
    { topics, refetchMs: 10_000, enabled: pipeline !== '' },
  );
  return <Loaded read={grid}>{(found) => <GridTable grid={found} {...(run === undefined ? {} : { run })} />}</Loaded>;
}

function GridTable({ grid, run }: { grid: Grid; run?: number }) {
  const t = useT();
  const said = useSaid();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t('grid')}>
      <table className="grid">
        <caption className="meta">{t('lastRuns', { n: grid.runs.length })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('job')}</th>
            {grid.runs.map((one) => (
              <th key={one.run} scope="col" className={one.run === run ? 'is-here' : ''}>
                <Link
                  href={runUrl(one.run)}
                  title={`${t('run', { n: String(one.run) })} · ${stateWord(t, one.state)} · ${said(one.trigger)} · ${formatTime(one.created_ms)}`}
                >
                  {one.run}
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map((row) => (
            <tr key={row.job}>
              <th scope="row" title={row.job}>
                {row.job}
              </th>
              {row.states.map((state, at) => {
                const one = grid.runs[at];
                if (state === null || !one) return <td key={one?.run ?? at} title={t('absent')} />;
                const took = row.ms[at] ?? null;
                const words = `${row.job}, ${t('run', { n: String(one.run) })}: ${stateWord(t, state)}${took === null ? '' : ` · ${formatDuration(took)}`}`;
                const kind = kindOf(state);
                return (
                  <td key={one.run} className={one.run === run ? 'is-here' : ''}>
                    <Link
                      href={runUrl(one.run, row.job)}
                      className={`grid-cell status-${kind}`}
                      aria-label={words}
                      title={words}
                    >
                      {statusShape(kind)}
                    </Link>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {grid.rows_left_out > 0 && <p className="meta">{t('leftOut', { n: grid.rows_left_out })}</p>}
    </div>
  );
}
