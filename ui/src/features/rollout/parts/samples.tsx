// Single rows behind a line of evidence, each with the way to its why.
import { useState } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { useSaid } from '../../../api/said';
import { formatCount, formatDelta, formatMetric } from '../../../kit/number';
import { Loaded } from '../../../kit/state';
import { Time } from '../../../kit/time';
import type { RolloutSample, RolloutSamples } from '../api';
import { useT } from '../text';
import { metricText } from './words';

/** Asked for when it is opened: a rollout has some thousand predictions to look through. */
export function Samples({ number, metric, monitor }: { number: number; metric: string; monitor: string }) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  return (
    <details className="samples" onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>
        {t('samples')} <span className="sr-only">{metricText(metric, t)}</span>
      </summary>
      {opened && <Opened number={number} metric={metric} monitor={monitor} />}
    </details>
  );
}

function Opened({ number, metric, monitor }: { number: number; metric: string; monitor: string }) {
  const t = useT();
  const said = useSaid();
  const read = useApi<RolloutSamples>(
    `rollouts/${number}/samples`,
    { metric, monitor, limit: 8 },
    { topics: [`rollout/${number}`] },
  );
  return (
    <Loaded read={read} lines={4}>
      {(answer) =>
        answer.reason !== '' ? (
          <p className="muted">{said(answer.reason)}</p>
        ) : (
          <>
            <p className="meta">{t('samples_of', { n: formatCount(answer.looked_at) })}</p>
            <SampleTable title={t('samples_failing')} none={t('samples_none')} samples={answer.failing} />
            <SampleTable title={t('samples_first')} none={t('samples_none')} samples={answer.first} />
          </>
        )
      }
    </Loaded>
  );
}

function SampleTable({ title, none, samples }: { title: string; none: string; samples: RolloutSample[] }) {
  const t = useT();
  if (samples.length === 0)
    return (
      <p className="muted">
        {title}: {none}
      </p>
    );
  return (
    <div className="scroll-x" tabIndex={0} role="group" aria-label={title}>
      <table className="plain">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t('prediction')}</th>
            <th scope="col">{t('when')}</th>
            <th scope="col">{t('label')}</th>
            <th scope="col" className="number">
              {t('challenger')}
            </th>
            <th scope="col" className="number">
              {t('champion')}
            </th>
            <th scope="col" className="number">
              {t('loss_more')}
            </th>
          </tr>
        </thead>
        <tbody>
          {samples.map((one) => (
            <tr key={one.prediction}>
              <td className="nowrap">
                <Link href={`/lineage/prediction/${one.prediction}`} title={`${t('why')}: ${one.prediction}`}>
                  <code>…{one.prediction.slice(-8)}</code>
                </Link>{' '}
                {one.mirrored && <span className="meta">{t('role_mirror')}</span>}
              </td>
              <td className="nowrap">
                <Time ms={one.at_ms} />
              </td>
              <td>{t(one.label ? 'yes' : 'no')}</td>
              <td className="number">{formatMetric(one.probability, 3)}</td>
              <td className="number">
                {one.champion === undefined ? (
                  '–'
                ) : (
                  <Link href={`/lineage/prediction/${one.champion}`} title={`${t('why')}: ${one.champion}`}>
                    {formatMetric(one.champion_probability, 3)}
                  </Link>
                )}
              </td>
              <td className="number">
                {one.champion_loss === undefined
                  ? formatMetric(one.loss, 3)
                  : formatDelta(one.loss - one.champion_loss, 3)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
