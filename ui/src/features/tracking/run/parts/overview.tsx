import { Link } from 'wouter';
import { useApi } from '../../../../api/client';
import { ShortId } from '../../../../kit/copy';
import { formatCount, formatDuration, formatMetric } from '../../../../kit/number';
import { Empty } from '../../../../kit/state';
import { Status, statusOf } from '../../../../kit/status';
import { Time } from '../../../../kit/time';
import type { ReproduceAnswer, Run, RunAnswer } from '../../curves/api';
import { useT } from '../../curves/text';

export const tagOf = (run: Run, key: string) => run.tags.find((tag) => tag.key === key)?.value;

export function Overview({ answer }: { answer: RunAnswer }) {
  const t = useT();
  const { run } = answer;
  const note = tagOf(run, 'mlflow.note.content');
  return (
    <>
      {note && (
        <section className="panel">
          <h2>{t('note')}</h2>
          <p className="note">{note}</p>
        </section>
      )}
      <div className="columns">
        <Facts run={run} />
        <Metrics run={run} />
        <Pairs
          title={t('parameters')}
          pairs={run.params.slice(0, 20)}
          more={run.params.length - 20}
          none={t('noParams')}
        />
      </div>
    </>
  );
}

function Facts({ run }: { run: Run }) {
  const t = useT();
  const origin = useApi<ReproduceAnswer>(`runs/${run.id}/reproduce`, {}, { topics: [`run/${run.id}`] }).data;
  const commit = origin?.code?.commit;
  const source = tagOf(run, 'mlflow.source.name');
  return (
    <section className="panel">
      <h2>{t('overview')}</h2>
      <dl className="facts">
        <dt>{t('status')}</dt>
        <dd>
          <Status kind={statusOf(run.status)} />
        </dd>
        <dt>{t('id')}</dt>
        <dd>
          <ShortId id={run.id} digits={32} />
        </dd>
        <dt>{t('experiment')}</dt>
        <dd>
          <Link href={`/experiments/${run.experiment}`}>{run.experiment_name}</Link>
        </dd>
        <dt>{t('owner')}</dt>
        <dd>{run.user || '–'}</dd>
        <dt>{t('started')}</dt>
        <dd>
          <Time ms={run.started_ms} />
        </dd>
        <dt>{t('ended')}</dt>
        <dd>
          <Time ms={run.ended_ms} />
        </dd>
        <dt>{t('duration')}</dt>
        <dd>
          {run.started_ms !== undefined && run.ended_ms !== undefined
            ? formatDuration(run.ended_ms - run.started_ms)
            : '–'}
        </dd>
        <dt>{t('source')}</dt>
        <dd>{source ?? '–'}</dd>
        <dt>{t('commit')}</dt>
        <dd>{commit ? <ShortId id={commit} digits={12} /> : '–'}</dd>
        {origin?.pipeline && (
          <>
            <dt>{t('pipelineRun')}</dt>
            <dd>
              <Link href={`/pipeline-runs/${origin.pipeline.run}`}>
                {t('jobOf', {
                  job: `${origin.pipeline.pipeline} · ${origin.pipeline.job}`,
                  n: String(origin.pipeline.run),
                })}
              </Link>
            </dd>
          </>
        )}
        <dt>{t('artifactsAt')}</dt>
        <dd>
          <code>{run.artifact_uri}</code>
        </dd>
      </dl>
    </section>
  );
}

function Metrics({ run }: { run: Run }) {
  const t = useT();
  return (
    <section className="panel">
      <h2>{t('metrics')}</h2>
      {run.metrics.length === 0 ? (
        <Empty title={t('noMetrics')}>
          <p>{t('noMetricsText')}</p>
        </Empty>
      ) : (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('metric')}</th>
              <th scope="col" className="number">
                {t('value')}
              </th>
              <th scope="col" className="number">
                {t('step')}
              </th>
            </tr>
          </thead>
          <tbody>
            {run.metrics.slice(0, 100).map((metric) => (
              <tr key={metric.key}>
                <td>{metric.key}</td>
                <td className="number" title={String(metric.value)}>
                  {formatMetric(metric.value)}
                </td>
                <td className="number">{formatCount(metric.step)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function Pairs({
  title,
  pairs,
  none,
  more = 0,
}: {
  title: string;
  pairs: { key: string; value: string }[];
  none: string;
  more?: number;
}) {
  const t = useT();
  return (
    <section className="panel">
      <h2>{title}</h2>
      {pairs.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('key')}</th>
              <th scope="col">{t('value')}</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map((pair) => (
              <tr key={pair.key}>
                <td>{pair.key}</td>
                <td className="note">{pair.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {more > 0 && <p className="meta">+ {more}</p>}
    </section>
  );
}
