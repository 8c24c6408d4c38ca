// A run of a pipeline in the inspector.
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { Said } from '../../../api/said';
import { formatDuration } from '../../../kit/number';
import { Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Ago, useNow } from '../../../kit/time';
import { runUrl, type Run } from '../api';
import { kindOf, tookMs } from '../model';
import { stateWord, useT } from '../text';

export default function RunPeek({ id }: { id: string }) {
  const t = useT();
  const now = useNow();
  const run = useApi<Run>(`pipelines/runs/${id}`, {}, { topics: [`pipeline-run/${id}`], refetchMs: 5000 });
  return (
    <Loaded read={run}>
      {(found) => (
        <>
          <h2>
            {found.pipeline} · {t('run', { n: String(found.run) })}
          </h2>
          <p>
            <Status kind={kindOf(found.state)}>{stateWord(t, found.state)}</Status> · <Said of={found.trigger} /> ·{' '}
            <Ago ms={found.created_ms} />
          </p>
          <p>
            <Link href={runUrl(found.run)}>{t('open')}</Link>
          </p>
          <table className="plain">
            <thead>
              <tr>
                <th>{t('job')}</th>
                <th>{t('state')}</th>
                <th className="number">{t('took')}</th>
              </tr>
            </thead>
            <tbody>
              {found.jobs.map((job) => (
                <tr key={job.name}>
                  <td>
                    <Link href={runUrl(found.run, job.name)}>{job.name}</Link>
                    {job.state === 'failed' && (
                      <div className="bad">
                        <Said of={job.reason} />
                      </div>
                    )}
                  </td>
                  <td>
                    <Status kind={kindOf(job.state)}>{stateWord(t, job.state)}</Status>
                  </td>
                  <td className="number">{formatDuration(tookMs(job, now))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Loaded>
  );
}
