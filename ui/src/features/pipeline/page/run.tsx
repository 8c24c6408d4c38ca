// A run of a pipeline: its jobs as a graph, in time and as a list; of one job why it ran and its log.
import { useMemo } from 'react';
import { useParams } from 'wouter';
import { TextInput } from '@mantine/core';
import { useApi } from '../../../api/client';
import { useKeys } from '../../../kit/keys';
import { formatDuration } from '../../../kit/number';
import { usePage } from '../../../kit/page';
import { Segments } from '../../../kit/segments';
import { Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Table } from '../../../kit/table';
import { useNow } from '../../../kit/time';
import { choice, flag, number, text, useUrlState } from '../../../kit/urlstate';
import { isActive, type Graph, type Job, type Run, type RunsAnswer } from '../api';
import { firstToSee, groupedAbove, kindOf, matches, tookMs } from '../model';
import { Gates } from '../parts/gates';
import { RunHead } from '../parts/head';
import { JobPanel, type JobTab } from '../parts/jobpanel';
import { Triggers } from '../parts/triggers';
import { GanttView, GraphView, GridView } from '../parts/views';
import '../pipeline.css';
import { stateWord, useT } from '../text';

const views = ['graph', 'times', 'grid'] as const;
const schema = {
  view: choice(views, 'graph'),
  job: text(),
  tab: choice(['', 'log', 'why', 'metrics'] as const, ''),
  attempt: number(0),
  q: text(),
  failed: flag(),
  critical: flag(true),
  focus: flag(),
  group: choice(['', '0', '1'] as const, ''),
};

export default function RunPage() {
  const t = useT();
  const id = Number(useParams<{ run: string }>().run);
  const topics = [`pipeline-run/${id}`];
  const run = useApi<Run>(`pipelines/runs/${id}`, {}, { topics });
  const live = run.data === undefined || isActive(run.data.state);
  // What the first read tells decides how often it is asked anew.
  useApi<Run>(`pipelines/runs/${id}`, {}, { topics, ...(live ? { refetchMs: 2000 } : {}) });
  const graph = useApi<Graph>(`pipelines/runs/${id}/graph`, {}, { topics, ...(live ? { refetchMs: 2000 } : {}) });
  const pipeline = run.data?.pipeline ?? '';
  const others = useApi<RunsAnswer>('pipelines/runs', { pipeline, limit: 20 }, { enabled: pipeline !== '' });
  const title = pipeline === '' ? t('run', { n: String(id) }) : `${pipeline} · ${t('run', { n: String(id) })}`;
  usePage({
    title,
    crumbs: [
      { label: t('pipelines'), path: '/pipelines' },
      {
        label: title,
        siblings: (others.data?.runs ?? []).map((one) => ({
          label: `${t('run', { n: String(one.run) })} · ${stateWord(t, one.state)}`,
          path: `/pipeline-runs/${one.run}`,
        })),
      },
    ],
  });
  return (
    <Loaded read={run} lines={8}>
      {(found) => (
        <>
          <Body run={found} graph={graph} topics={topics} />
          <Gates run={id} topics={topics} />
          <Triggers pipeline={found.pipeline} />
        </>
      )}
    </Loaded>
  );
}

function Body({
  run,
  graph,
  topics,
}: {
  run: Run;
  graph: Parameters<typeof Loaded<Graph>>[0]['read'];
  topics: string[];
}) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const now = useNow(isActive(run.state) ? 1000 : 60_000);
  const job = run.jobs.find((one) => one.name === state.job) ?? run.jobs.find((one) => one.name === firstToSee(run));
  const select = (name: string) => change({ job: name, attempt: 0, tab: '' }, { push: true });
  const shown = useMemo(
    () => run.jobs.filter((one) => matches(one.name, one.stage, one.state, state)),
    [run.jobs, state.q, state.failed],
  );
  const dimmed = useMemo(
    () => new Set(run.jobs.filter((one) => !shown.includes(one)).map((one) => one.name)),
    [run.jobs, shown],
  );
  useKeys([
    ...views.map((view, at) => ({ keys: String(at + 1), label: t('keyView'), run: () => change({ view }) })),
    { keys: 'Shift+f', label: t('keyFailed'), run: () => change({ failed: !state.failed }) },
    { keys: '/', label: t('filter'), run: () => document.getElementById('job-filter')?.focus() },
  ]);
  const grouped = state.group === '' ? run.jobs.length > groupedAbove : state.group === '1';
  return (
    <>
      <RunHead run={run} now={now} />
      <Tools run={run} state={state} change={change} grouped={grouped} graph={graph.data} />
      {state.view === 'graph' && (
        <Loaded read={graph}>
          {(found) => (
            <GraphView
              graph={found}
              selected={job?.name ?? ''}
              onSelect={select}
              grouped={grouped}
              critical={state.critical}
              focus={state.focus}
              dimmed={dimmed}
              now={now}
            />
          )}
        </Loaded>
      )}
      {state.view === 'times' && (
        <Loaded read={graph}>
          {(found) => (
            <GanttView run={run} graph={found} selected={job?.name ?? ''} onSelect={select} dimmed={dimmed} now={now} />
          )}
        </Loaded>
      )}
      {state.view === 'grid' && <GridView pipeline={run.pipeline} run={run.run} topics={topics} />}
      <div className="run-body">
        <Steps jobs={shown} selected={job?.name ?? ''} onSelect={select} now={now} />
        {job && (
          <JobPanel
            run={run}
            job={job}
            tab={state.tab}
            attempt={state.attempt}
            now={now}
            onTab={(tab: JobTab) => change({ tab })}
            onAttempt={(attempt) => change({ attempt, tab: 'log' })}
          />
        )}
      </div>
    </>
  );
}

type State = ReturnType<typeof useUrlState<typeof schema>>[0];
type SetState = ReturnType<typeof useUrlState<typeof schema>>[1];

function Tools({
  run,
  state,
  change,
  grouped,
  graph,
}: {
  run: Run;
  state: State;
  change: SetState;
  grouped: boolean;
  graph: Graph | undefined;
}) {
  const t = useT();
  const names = { graph: t('graph'), times: t('gantt'), grid: t('grid') };
  const hasMatrix = graph !== undefined && new Set(graph.nodes.map((node) => node.base)).size < graph.nodes.length;
  return (
    <div className="toolbar">
      <Segments
        label={t('keyView')}
        value={state.view}
        onChange={(view) => change({ view })}
        data={views.map((value) => ({ value, label: names[value] }))}
      />
      <TextInput
        id="job-filter"
        size="xs"
        aria-label={t('filter')}
        placeholder={t('filter')}
        value={state.q}
        onChange={(event) => change({ q: event.currentTarget.value })}
      />
      <Check label={t('failedOnly')} on={state.failed} set={(failed) => change({ failed })} />
      {state.view === 'graph' && (
        <>
          {graph && graph.critical_ms > 0 && (
            <Check
              label={t('critical', { took: formatDuration(graph.critical_ms) })}
              on={state.critical}
              set={(critical) => change({ critical })}
            />
          )}
          <Check label={t('focus')} on={state.focus} set={(focus) => change({ focus })} />
          {hasMatrix && (
            <Check
              label={t('group')}
              on={grouped}
              set={(on) => change({ group: on ? '1' : run.jobs.length > groupedAbove ? '0' : '' })}
            />
          )}
        </>
      )}
    </div>
  );
}

function Check({ label, on, set }: { label: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label className="check">
      <input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} /> {label}
    </label>
  );
}

function Steps({
  jobs,
  selected,
  onSelect,
  now,
}: {
  jobs: Job[];
  selected: string;
  onSelect: (job: string) => void;
  now: number;
}) {
  const t = useT();
  if (jobs.length === 0) return <p className="muted">{t('noStep')}</p>;
  return (
    <Table<Job>
      label={t('steps')}
      total={jobs.length}
      row={(at) => jobs[at]}
      idOf={(job) => job.name}
      peeked={selected}
      onOpen={(job) => onSelect(job.name)}
      columns={[
        {
          id: 'name',
          title: t('job'),
          render: (job) => <span title={job.name}>{job.name}</span>,
          copy: (job) => job.name,
        },
        {
          id: 'state',
          title: t('state'),
          width: 110,
          render: (job) => <Status kind={kindOf(job.state)}>{stateWord(t, job.state)}</Status>,
          copy: (job) => job.state,
        },
        {
          id: 'took',
          title: t('took'),
          width: 84,
          align: 'right',
          render: (job) => formatDuration(tookMs(job, now)),
          copy: (job) => String(tookMs(job, now) ?? ''),
        },
      ]}
    />
  );
}
