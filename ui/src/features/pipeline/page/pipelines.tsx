// All pipelines: how each stands, its last runs beside each other, what starts them.
import { Button, Select } from '@mantine/core';
import { useCallback, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useApi } from '../../../api/client';
import { useSaid } from '../../../api/said';
import { Snippet } from '../../../kit/copy';
import { formatDuration } from '../../../kit/number';
import { usePage } from '../../../kit/page';
import { usePeek } from '../../../kit/peek';
import { Empty, Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Table } from '../../../kit/table';
import { Ago, useNow } from '../../../kit/time';
import { choice, text, useUrlState } from '../../../kit/urlstate';
import { isActive, runUrl, type PipelinesAnswer, type Run, type RunsAnswer } from '../api';
import { kindOf } from '../model';
import { Triggers } from '../parts/triggers';
import { GridView } from '../parts/views';
import '../pipeline.css';
import { stateWord, useT } from '../text';

const states = ['', 'running', 'waiting', 'failed', 'refused', 'cancelled', 'succeeded'] as const;
const schema = { p: text(), state: choice(states, '') };
const refetchMs = 5000;
const pageRuns = 100;

export default function PipelinesPage() {
  const t = useT();
  usePage({ title: t('pipelines'), crumbs: [{ label: t('pipelines') }] });
  const all = useApi<PipelinesAnswer>('pipelines', {}, { topics: ['home'], refetchMs });
  return (
    <>
      <h1>{t('pipelines')}</h1>
      <Loaded read={all} lines={8}>
        {(found) =>
          found.pipelines.length === 0 ? (
            <Empty title={t('none')}>
              <p>{t('noneText')}</p>
              <Snippet text={'galley pipeline run'} />
            </Empty>
          ) : (
            <Body pipelines={found.pipelines} />
          )
        }
      </Loaded>
    </>
  );
}

function Body({ pipelines }: { pipelines: PipelinesAnswer['pipelines'] }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const chosen = state.p !== '' ? state.p : (pipelines[0]?.pipeline ?? '');
  const names = pipelines.map((one) => one.pipeline);
  return (
    <>
      <div className="toolbar">
        <Select
          size="xs"
          aria-label={t('pipeline')}
          data={[{ value: '', label: t('allPipelines') }, ...names.map((name) => ({ value: name, label: name }))]}
          value={state.p}
          onChange={(p) => change({ p: p ?? '' })}
          comboboxProps={{ transitionProps: { duration: 0 } }}
          allowDeselect={false}
          searchable={names.length > 10}
        />
        <Select
          size="xs"
          aria-label={t('state')}
          data={states.map((one) => ({ value: one, label: one === '' ? t('state') : stateWord(t, one) }))}
          value={state.state}
          onChange={(one) => change({ state: states.find((known) => known === one) ?? '' })}
          comboboxProps={{ transitionProps: { duration: 0 } }}
          allowDeselect={false}
        />
      </div>
      <Runs pipeline={state.p} state={state.state} clear={() => change({ p: '', state: '' })} />
      <section className="panel">
        <h2>
          {chosen} <span className="meta">{t('grid')}</span>
        </h2>
        <GridView pipeline={chosen} topics={['home']} />
      </section>
      <Triggers pipeline={state.p} />
    </>
  );
}

function Runs({ pipeline, state, clear }: { pipeline: string; state: string; clear: () => void }) {
  const t = useT();
  const said = useSaid();
  const [limit, setLimit] = useState(pageRuns);
  const read = useApi<RunsAnswer>('pipelines/runs', { pipeline, state, limit }, { topics: ['home'], refetchMs });
  const [, navigate] = useLocation();
  const [peek, setPeek] = usePeek();
  const now = useNow(1000);
  const open = useCallback((run: Run) => navigate(runUrl(run.run)), [navigate]);
  return (
    <Loaded read={read} lines={6}>
      {(found) =>
        found.runs.length === 0 ? (
          <Empty title={t('noMatch')}>
            <p>{t('noMatchText', { filter: [pipeline, state].filter(Boolean).join(' · ') })}</p>
            <Button size="xs" variant="default" onClick={clear}>
              {t('clear')}
            </Button>
          </Empty>
        ) : (
          <div className="runs-list">
            <Table<Run>
              label={t('runs')}
              total={found.runs.length}
              row={(at) => found.runs[at]}
              idOf={(run) => String(run.run)}
              onOpen={open}
              onPeek={(run) => setPeek({ kind: 'pipeline-run', id: String(run.run) })}
              peeked={peek?.kind === 'pipeline-run' ? peek.id : ''}
              columns={columns(t, said, now)}
            />
            {found.has_more && limit < 1000 && (
              <Button size="xs" variant="default" onClick={() => setLimit(Math.min(1000, limit + pageRuns))}>
                {t('more')}
              </Button>
            )}
          </div>
        )
      }
    </Loaded>
  );
}

function columns(t: ReturnType<typeof useT>, said: ReturnType<typeof useSaid>, now: number) {
  const took = (run: Run) => formatDuration((isActive(run.state) ? now : run.ended_ms) - run.created_ms);
  return [
    {
      id: 'run',
      title: t('runName'),
      width: 90,
      copy: (run: Run) => String(run.run),
      render: (run: Run) => (
        <Link href={runUrl(run.run)} tabIndex={-1}>
          {t('run', { n: String(run.run) })}
        </Link>
      ),
    },
    { id: 'pipeline', title: t('pipeline'), render: (run: Run) => run.pipeline, copy: (run: Run) => run.pipeline },
    {
      id: 'state',
      title: t('state'),
      width: 120,
      render: (run: Run) => <Status kind={kindOf(run.state)}>{stateWord(t, run.state)}</Status>,
      copy: (run: Run) => run.state,
    },
    {
      id: 'trigger',
      title: t('trigger'),
      render: (run: Run) => <span title={said(run.trigger)}>{said(run.trigger)}</span>,
      copy: (run: Run) => run.trigger,
    },
    {
      id: 'started',
      title: t('started'),
      width: 140,
      render: (run: Run) => <Ago ms={run.created_ms} />,
      copy: (run: Run) => String(run.created_ms),
    },
    { id: 'took', title: t('took'), width: 100, align: 'right' as const, render: took, copy: took },
    {
      id: 'commit',
      title: t('commit'),
      width: 120,
      copy: (run: Run) => run.commit,
      render: (run: Run) =>
        run.commit === '' ? (
          <span className="muted">–</span>
        ) : (
          <code title={run.commit}>
            {run.commit.slice(0, 10)}
            {run.commit_has_changes ? '+' : ''}
          </code>
        ),
    },
  ];
}
