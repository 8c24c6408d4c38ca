// One job of a run: why, its attempts' logs, its metrics.
import { useEffect } from 'react';
import { Said, useSaid } from '../../../api/said';
import { useJobLog } from '../../../api/logs';
import { LogView } from '../../../kit/log/log';
import { formatBytes, formatDuration, formatMetric } from '../../../kit/number';
import { Status } from '../../../kit/status';
import { Tabs } from '../../../kit/tabs';
import { isActive, type Attempt, type Job, type Run } from '../api';
import { kindOf, tookMs } from '../model';
import { stateWord, useT } from '../text';
import { Again } from './again';
import { useWhy, WhyLine, WhyLoaded } from './why';

export const jobTabs = ['log', 'why', 'metrics'] as const;
export type JobTab = (typeof jobTabs)[number] | '';

/** What is shown of a job unless the reader chose: its log if it ran, else why it did not. */
export function tabOf(job: Job, chosen: JobTab): Exclude<JobTab, ''> {
  if (chosen !== '') return chosen;
  return job.attempts.length > 0 ? 'log' : 'why';
}

export function JobPanel({
  run,
  job,
  tab,
  attempt,
  now,
  onTab,
  onAttempt,
}: {
  run: Run;
  job: Job;
  tab: JobTab;
  attempt: number;
  now: number;
  onTab: (tab: JobTab) => void;
  onAttempt: (attempt: number) => void;
}) {
  const t = useT();
  const active = isActive(job.state);
  const why = useWhy(run.run, job.name, active ? 2000 : undefined);
  const { refetch } = why;
  useEffect(() => {
    void refetch();
  }, [job.state, refetch]);
  const shown = tabOf(job, tab);
  const tried = job.attempts.find((one) => one.number === attempt) ?? job.attempts[job.attempts.length - 1];
  const facts = [
    job.stage,
    formatDuration(tookMs(job, now)),
    job.attempts.length > 1 ? t('attempts', { n: job.attempts.length }) : '',
  ];
  const names = { log: t('log'), why: t('why'), metrics: t('metrics') };
  return (
    <section className="panel job-panel" aria-label={job.name}>
      <h2>
        <span>{job.name}</span> <Status kind={kindOf(job.state)}>{stateWord(t, job.state)}</Status>
        <span className="meta">{facts.filter((text) => text !== '' && text !== '–').join(' · ')}</span>
        <span className="job-again">
          <Again key={job.name} run={run} from={job.name} label={t('againHere')} />
        </span>
      </h2>
      {job.reason !== '' && !active && (
        <p className={job.state === 'failed' ? 'job-reason bad' : 'job-reason muted'}>
          <Said of={job.reason} />
        </p>
      )}
      {why.data && shown !== 'why' && <WhyLine why={why.data} />}
      <Tabs label={job.name} tabs={jobTabs.map((id) => ({ id, title: names[id] }))} value={shown} onChange={onTab}>
        {shown === 'log' &&
          (tried ? (
            <>
              <Attempts attempts={job.attempts} current={tried.number} onAttempt={onAttempt} />
              <JobLog
                key={`${run.run} ${job.name} ${tried.number}`}
                run={run.run}
                job={job.name}
                attempt={tried.number}
                isLive={tried.ending === ''}
              />
            </>
          ) : (
            <p className="muted">{t('noAttempt')}</p>
          ))}
        {shown === 'why' && <WhyLoaded run={run.run} job={job} {...(active ? { refetchMs: 2000 } : {})} />}
        {shown === 'metrics' && <Metrics job={job} />}
      </Tabs>
    </section>
  );
}

function JobLog({ run, job, attempt, isLive }: { run: number; job: string; attempt: number; isLive: boolean }) {
  const source = useJobLog(run, job, attempt);
  return <LogView source={source} name={job} isLive={isLive} file={`${job}-${run}-${attempt}.log`} />;
}

function Attempts({
  attempts,
  current,
  onAttempt,
}: {
  attempts: Attempt[];
  current: number;
  onAttempt: (attempt: number) => void;
}) {
  const t = useT();
  const said = useSaid();
  const tried = attempts.find((attempt) => attempt.number === current);
  return (
    <div className="toolbar attempts">
      {attempts.length > 1 &&
        attempts.map((attempt) => (
          <button
            key={attempt.number}
            type="button"
            className="attempt"
            aria-pressed={attempt.number === current}
            onClick={() => onAttempt(attempt.number)}
          >
            {t('attempt', { n: attempt.number })}
          </button>
        ))}
      {tried && tried.ending !== '' && (
        <span className="meta" title={said(tried.reason)}>
          {said(tried.ending)} · {formatDuration(tried.ended_ms - tried.started_ms)} · {t('cpu')}{' '}
          {formatDuration(tried.cpu_ms)} · {t('memory')} {formatBytes(tried.peak_memory_bytes)}
        </span>
      )}
    </div>
  );
}

function Metrics({ job }: { job: Job }) {
  const t = useT();
  if (job.metrics.length === 0) return <p className="muted">–</p>;
  return (
    <div className="scroll-x">
      <table className="plain">
        <thead>
          <tr>
            <th>{t('name')}</th>
            <th className="number">{t('value')}</th>
          </tr>
        </thead>
        <tbody>
          {job.metrics.map((metric) => (
            <tr key={metric.name}>
              <td>{metric.name}</td>
              <td className="number" title={String(metric.value)}>
                {formatMetric(metric.value)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
