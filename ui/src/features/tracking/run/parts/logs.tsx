// What a run printed: the log of the pipeline's job that made it, and the text files that it logged as logs.
import { Link } from 'wouter';
import { urlOf, useApi } from '../../../../api/client';
import { useJobLog, useRunLog } from '../../../../api/logs';
import { Snippet } from '../../../../kit/copy';
import { Icon } from '../../../../kit/icon';
import { LogView } from '../../../../kit/log/log';
import { formatBytes } from '../../../../kit/number';
import { Empty, Loaded } from '../../../../kit/state';
import { text, useUrlState } from '../../../../kit/urlstate';
import type { Run, RunLogJob, RunLogsAnswer } from '../../curves/api';
import { useT } from '../../curves/text';

const schema = { log: text() };

/** How a log stands in the URL: a file by its path, an attempt of the job by `job:N`. */
const keyOfAttempt = (number: number) => `job:${number}`;
const snippet = 'mlflow.log_artifact("train.log", "logs")';

function firstOf(answer: RunLogsAnswer): string {
  const last = answer.job?.attempts.at(-1);
  return last ? keyOfAttempt(last.number) : (answer.files[0]?.path ?? '');
}

export function Logs({ run }: { run: Run }) {
  const t = useT();
  const read = useApi<RunLogsAnswer>(`runs/${run.id}/logs`, {}, { topics: [`run/${run.id}`] });
  return (
    <Loaded read={read}>
      {(answer) => {
        if (answer.files.length === 0 && (answer.job?.attempts.length ?? 0) === 0)
          return answer.is_here ? (
            <Empty title={t('noLogs')}>
              <p>{t('noLogsText')}</p>
              <Snippet text={snippet} label="mlflow" />
            </Empty>
          ) : (
            <Empty title={t('elsewhere')}>
              <p>{t('elsewhereText', { uri: answer.root_uri })}</p>
            </Empty>
          );
        return <Shown run={run} answer={answer} />;
      }}
    </Loaded>
  );
}

function Shown({ run, answer }: { run: Run; answer: RunLogsAnswer }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const { job, files } = answer;
  const attempts = job?.attempts ?? [];
  const known =
    attempts.some((one) => keyOfAttempt(one.number) === state.log) || files.some((one) => one.path === state.log);
  const chosen = known ? state.log : firstOf(answer);
  const attempt = attempts.find((one) => keyOfAttempt(one.number) === chosen);
  const file = files.find((one) => one.path === chosen);
  const choose = (log: string) => change({ log });
  return (
    <div className="files logs">
      <nav aria-label={t('logsOf')}>
        {job && attempts.length > 0 && (
          <>
            <h2>{t('jobLogs')}</h2>
            <ul className="files-list">
              {[...attempts].reverse().map((one) => (
                <Choice
                  key={one.number}
                  name={t('jobLog', { job: job.job, n: one.number })}
                  chosen={one === attempt}
                  onChoose={() => choose(keyOfAttempt(one.number))}
                />
              ))}
            </ul>
            <Link href={`/pipeline-runs/${job.run}?job=${encodeURIComponent(job.job)}`}>
              {t('toJob', { n: String(job.run) })}
            </Link>
          </>
        )}
        {files.length > 0 && (
          <>
            <h2>{t('fileLogs')}</h2>
            <ul className="files-list">
              {files.map((one) => (
                <Choice
                  key={one.path}
                  name={one.path}
                  size={one.size}
                  chosen={one === file}
                  onChoose={() => choose(one.path)}
                />
              ))}
            </ul>
          </>
        )}
        {answer.has_more && <p className="meta">{t('moreLogs', { n: files.length })}</p>}
      </nav>
      {job && attempt && <JobLog key={chosen} job={job} attempt={attempt.number} isLive={attempt.ending === ''} />}
      {file && <FileLog key={chosen} run={run} path={file.path} size={file.size} />}
    </div>
  );
}

function Choice({
  name,
  size,
  chosen,
  onChoose,
}: {
  name: string;
  size?: number;
  chosen: boolean;
  onChoose: () => void;
}) {
  return (
    <li>
      <button type="button" aria-current={chosen} onClick={onChoose}>
        <Icon name="file" size={14} />
        <span className="name" title={name}>
          {name}
        </span>
        {size !== undefined && <span className="meta">{formatBytes(size)}</span>}
      </button>
    </li>
  );
}

function JobLog({ job, attempt, isLive }: { job: RunLogJob; attempt: number; isLive: boolean }) {
  const source = useJobLog(job.run, job.job, attempt);
  return <LogView source={source} name={job.job} isLive={isLive} file={`${job.job}-${job.run}-${attempt}.log`} />;
}

/** A file of a run that goes on is followed: its client stores it anew as it grows. */
function FileLog({ run, path, size }: { run: Run; path: string; size: number }) {
  const isLive = run.status === 'running';
  const source = useRunLog(run.id, path, isLive ? '' : String(size));
  return (
    <LogView
      source={source}
      name={path}
      isLive={isLive}
      file={path.slice(path.lastIndexOf('/') + 1)}
      url={urlOf(`runs/${run.id}/file`, { path })}
    />
  );
}
