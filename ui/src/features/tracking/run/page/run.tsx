// One run: what happened, can it be trusted and repeated?
import { Button } from '@mantine/core';
import { useLocation, useParams } from 'wouter';
import { useApi } from '../../../../api/client';
import { ShortId } from '../../../../kit/copy';
import { useKeys } from '../../../../kit/keys';
import { formatDuration } from '../../../../kit/number';
import { lastUrlOf, usePage } from '../../../../kit/page';
import { Loaded } from '../../../../kit/state';
import { Status, statusOf } from '../../../../kit/status';
import { Ago, useNow } from '../../../../kit/time';
import { choice, useUrlState } from '../../../../kit/urlstate';
import type { Run, RunAnswer } from '../../curves/api';
import { Tabs } from '../../curves/tabs';
import { useT } from '../../curves/text';
import { Artifacts } from '../parts/artifacts';
import { Charts } from '../parts/charts';
import { Config } from '../parts/config';
import { InputsOutputs } from '../parts/inputs';
import { Logs } from '../parts/logs';
import { Overview } from '../parts/overview';
import { Reproduce } from '../parts/reproduce';
import { System } from '../parts/system';
import { Tiles } from '../parts/tiles';

const tabs = ['overview', 'charts', 'system', 'logs', 'artifacts', 'inputs', 'config', 'reproduce'] as const;
const schema = { tab: choice(tabs, 'overview') };

export default function RunPage() {
  const t = useT();
  const { id = '' } = useParams<{ id: string }>();
  const read = useApi<RunAnswer>(`runs/${encodeURIComponent(id)}`, {}, { topics: [`run/${id}`], keep: false });
  const run = read.data?.run;
  usePage({
    title: run?.name ?? t('run'),
    crumbs: [
      { label: t('experiments'), path: lastUrlOf('/experiments') },
      ...(run ? [{ label: run.experiment_name, path: lastUrlOf(`/experiments/${run.experiment}`) }] : []),
      { label: run?.name ?? id.slice(0, 8) },
    ],
  });
  return (
    <Loaded read={read} lines={8}>
      {(answer) => <Shown answer={answer} />}
    </Loaded>
  );
}

function Shown({ answer }: { answer: RunAnswer }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const [, navigate] = useLocation();
  const { run } = answer;
  useKeys([{ keys: 'c', label: t('keyCompare'), run: () => navigate(`/compare?runs=${run.id}`) }]);
  return (
    <>
      <Head run={run} />
      <Tiles run={run} />
      <Tabs
        label={t('tabs')}
        value={state.tab}
        onChange={(tab) => change({ tab })}
        tabs={tabs.map((tab) => [tab, t(tab)] as const)}
      >
        {state.tab === 'overview' && <Overview answer={answer} />}
        {state.tab === 'charts' && <Charts run={run} />}
        {state.tab === 'system' && <System run={run} />}
        {state.tab === 'logs' && <Logs run={run} />}
        {state.tab === 'artifacts' && <Artifacts run={run} />}
        {state.tab === 'inputs' && <InputsOutputs answer={answer} />}
        {state.tab === 'config' && <Config run={run} />}
        {state.tab === 'reproduce' && <Reproduce run={run} />}
      </Tabs>
    </>
  );
}

function Head({ run }: { run: Run }) {
  const t = useT();
  const [, navigate] = useLocation();
  const now = useNow(1000);
  const live = run.status === 'running';
  const duration = run.started_ms === undefined ? null : (run.ended_ms ?? now) - run.started_ms;
  return (
    <div className="page-head">
      <div>
        <h1>{run.name}</h1>
        <div className="run-line">
          <Status kind={statusOf(run.status)} />
          {run.state === 'deleted' && <span className="chip">{t('deleted')}</span>}
          {duration !== null && (live || run.ended_ms !== undefined) && (
            <span>{t(live ? 'since' : 'took', { duration: formatDuration(duration) })}</span>
          )}
          {run.started_ms !== undefined && <Ago ms={run.started_ms} />}
          <span>
            {t('by')}: {run.user || t('nobody')}
          </span>
          <ShortId id={run.id} />
        </div>
      </div>
      <div className="page-verbs">
        <Button size="xs" variant="default" title="c" onClick={() => navigate(`/compare?runs=${run.id}`)}>
          {t('compare')}
        </Button>
      </div>
    </div>
  );
}
