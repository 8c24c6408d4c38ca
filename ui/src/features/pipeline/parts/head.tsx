// A run's head: what it is, how it stands, what can be done.
import { Link } from 'wouter';
import { send } from '../../../api/client';
import { queries } from '../../../api/client';
import { Said } from '../../../api/said';
import { Confirm } from '../../../kit/confirm';
import { ShortId } from '../../../kit/copy';
import { formatDuration } from '../../../kit/number';
import { Status } from '../../../kit/status';
import { Ago } from '../../../kit/time';
import { isActive, runUrl, type Run } from '../api';
import { kindOf } from '../model';
import { Again } from './again';
import { stateWord, useT } from '../text';

export function RunHead({ run, now }: { run: Run; now: number }) {
  const t = useT();
  const active = isActive(run.state);
  const running = run.jobs.filter((job) => job.state === 'running').length;
  const act = (verb: 'cancel' | 'retry') => async () => {
    await send('POST', `pipelines/runs/${run.run}/${verb}`, {});
    await queries.invalidateQueries();
  };
  const retryWhy = active ? t('hasNotEnded') : run.state === 'succeeded' ? t('wentWell') : undefined;
  return (
    <header className="page-head">
      <div>
        <h1>
          {run.pipeline} · {t('run', { n: String(run.run) })}{' '}
          <Status kind={kindOf(run.state)}>{stateWord(t, run.state)}</Status>
        </h1>
        <p className="meta run-facts">
          <span>
            <Said of={run.trigger} />
            {run.force && ` · ${t('forced')}`}
            {run.from !== '' && ` · ${t('beganAt', { job: run.from })}`}
            {run.again !== undefined && (
              <>
                {' · '}
                <Link href={runUrl(run.again)}>{t('repeats', { n: String(run.again) })}</Link>
              </>
            )}
          </span>
          <span>
            {t('started')} <Ago ms={run.created_ms} />
          </span>
          <span>
            {t('took')} {formatDuration((run.ended_ms || now) - run.created_ms)}
          </span>
          {run.commit !== '' && (
            <span>
              {t('commit')} <ShortId id={run.commit} digits={10} />
              {run.commit_has_changes && ` ${t('changed')}`}
            </span>
          )}
          <span title={run.folder}>
            {t('folder')} <code>{run.folder.split('/').slice(-2).join('/')}</code>
          </span>
          <Link href={`/lineage/graph?node=pipeline-run:${run.run}`}>{t('lineage')}</Link>
        </p>
      </div>
      <div className="page-verbs">
        <Again run={run} label={t('again')} />
        <Confirm
          label={t('retry')}
          effect={t('retryEffect', { n: String(run.run) })}
          run={act('retry')}
          {...(retryWhy === undefined ? {} : { disabledWhy: retryWhy })}
        />
        <span className="apart">
          <Confirm
            label={t('cancel')}
            danger
            effect={t('cancelEffect', { n: running })}
            run={act('cancel')}
            {...(active ? {} : { disabledWhy: t('hasEnded', { state: stateWord(t, run.state) }) })}
          />
        </span>
      </div>
    </header>
  );
}
