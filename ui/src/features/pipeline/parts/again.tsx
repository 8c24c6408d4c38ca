// Runs a run again: what changed, from a job on, or all of it; with its parameters or with others. It shows
// beforehand which jobs would run.
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { queries, send, useApi, usePosted } from '../../../api/client';
import { useSaid } from '../../../api/said';
import { Confirm } from '../../../kit/confirm';
import { ApiError } from '../../../kit/error';
import { Failure, Loading } from '../../../kit/state';
import { Status, type StatusKind } from '../../../kit/status';
import { bodyOf, byVerdict, shownValue, startsOf, withInput, type Plan, type Verdict } from '../again';
import { isActive, runUrl, type ExplainAnswer, type ParametersAnswer, type Run } from '../api';
import { useT } from '../text';

const changedOnly = 'changed';
const everything = 'everything';
const verdictKinds: Record<Verdict, StatusKind> = {
  runs: 'running',
  waits: 'queued',
  cached: 'cached',
  blocked: 'failed',
};

export function Again({ run, from = '', label }: { run: Run; from?: string; label: string }) {
  const fresh: Plan = { from, force: false, inputs: {} };
  const [plan, setPlan] = useState(fresh);
  const [, navigate] = useLocation();
  const start = async () => {
    const started = await send<Run>('POST', 'pipelines/runs', bodyOf(run.run, plan));
    await queries.invalidateQueries();
    navigate(runUrl(started.run));
  };
  return (
    <Confirm
      label={label}
      width={460}
      effect={<Effect run={run} plan={plan} setPlan={setPlan} />}
      run={start}
      onOpened={(opened) => {
        if (opened) setPlan(fresh);
      }}
    />
  );
}

type PlanProps = { run: Run; plan: Plan; setPlan: (plan: Plan) => void };

function Effect({ run, plan, setPlan }: PlanProps) {
  const t = useT();
  const chosen = plan.force ? everything : plan.from === '' ? changedOnly : `from ${plan.from}`;
  return (
    <div className="again">
      <p>{t('againText', { n: String(run.run) })}</p>
      {isActive(run.state) && <p className="meta">{t('againWaits')}</p>}
      <label>
        {t('againWhat')}{' '}
        <select
          value={chosen}
          onChange={(event) => {
            const { value } = event.currentTarget;
            const from = value.startsWith('from ') ? value.slice('from '.length) : '';
            setPlan({ ...plan, from, force: value === everything });
          }}
        >
          <option value={changedOnly}>{t('againChanged')}</option>
          {startsOf(run.jobs.map((job) => job.name)).map((start) => (
            <option key={start.value} value={`from ${start.value}`}>
              {start.isMatrix ? t('againFromAll', { job: start.value }) : t('againFrom', { job: start.value })}
            </option>
          ))}
          <option value={everything}>{t('againAll')}</option>
        </select>
      </label>
      <Inputs run={run} plan={plan} setPlan={setPlan} />
      <Expected run={run} plan={plan} />
    </div>
  );
}

function Inputs({ run, plan, setPlan }: PlanProps) {
  const t = useT();
  const read = useApi<ParametersAnswer>(`pipelines/runs/${run.run}/parameters`, { limit: 200 });
  if (read.error) return <Failure error={read.error} retry={() => void read.refetch()} />;
  const parameters = read.data?.parameters ?? [];
  if (parameters.length === 0) return null;
  const changed = Object.keys(plan.inputs).length;
  return (
    <details className="again-inputs">
      <summary>
        {t('parameters')} ({parameters.length}){changed > 0 && ` · ${t('againOthers', { n: changed })}`}
      </summary>
      <div className="again-fields">
        {parameters.map((parameter) => {
          const before = shownValue(parameter.value);
          return (
            <label key={parameter.name}>
              <span>{parameter.name}</span>
              <input
                value={plan.inputs[parameter.name] ?? before}
                title={t('againBefore', { value: before })}
                spellCheck={false}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') event.preventDefault(); // It would start the run.
                }}
                onChange={(event) => setPlan(withInput(plan, parameter.name, event.currentTarget.value, before))}
              />
            </label>
          );
        })}
      </div>
      {read.data?.has_more && <p className="meta">{t('againMore')}</p>}
    </details>
  );
}

/** What would become of each job, by the files as they are now. */
function Expected({ run, plan }: { run: Run; plan: Plan }) {
  const t = useT();
  const said = useSaid();
  const read = usePosted<ExplainAnswer>('pipelines/explain', bodyOf(run.run, plan));
  const { refetch } = read;
  useEffect(() => void refetch(), [refetch]); // Files may have changed since somebody asked.
  const words: Record<Verdict, (n: number) => string> = {
    runs: (n) => t('expectRuns', { n }),
    waits: (n) => t('expectWaits', { n }),
    cached: (n) => t('expectCached', { n }),
    blocked: (n) => t('expectBlocked', { n }),
  };
  if (read.error instanceof ApiError && read.error.status === 401)
    return <p className="meta">{t('expectSigned', { command: 'galley ui' })}</p>;
  if (read.error)
    return (
      <p role="alert" className="confirm-problem">
        {read.error.message}
      </p>
    );
  if (!read.data) return <Loading lines={3} />;
  return (
    <dl className="again-jobs" aria-live="polite">
      {byVerdict(read.data.jobs).map(({ verdict, jobs }) => (
        <div key={verdict} data-verdict={verdict}>
          <dt>
            <Status kind={verdictKinds[verdict]}>{words[verdict](jobs.length)}</Status>
          </dt>
          <dd>
            {jobs.map((job) => (
              <span key={job.job} className="chip" title={said(job.explanation)} data-job={job.job}>
                {job.job}
              </span>
            ))}
            {verdict === 'blocked' && jobs.map((job) => <div key={job.job}>{said(job.explanation)}</div>)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
