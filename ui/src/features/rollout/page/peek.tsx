// An endpoint beside the list: what it serves, how that goes, what is under way.
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { Said } from '../../../api/said';
import { formatCount, formatMetric, formatShare } from '../../../kit/number';
import { Loaded } from '../../../kit/state';
import { Status, statusOf } from '../../../kit/status';
import { Ago } from '../../../kit/time';
import type { ServingAnswer } from '../api';
import { formatWeight, phaseStatus } from '../parts/words';
import '../rollout.css';
import { useT } from '../text';

export default function EndpointPeek({ id }: { id: string }) {
  const t = useT();
  const read = useApi<ServingAnswer>('serving', { minutes: 10 }, { topics: [`endpoint/${id}`], refetchMs: 5000 });
  return (
    <Loaded read={read}>
      {(serving) => {
        const line = serving.endpoints.find((one) => one.name === id);
        if (!line) return <p className="muted">–</p>;
        const known = (['ready', 'loading', 'failed'] as const).find((one) => one === line.state) ?? 'unknown';
        return (
          <dl className="facts">
            <dt>{t('endpoint')}</dt>
            <dd>
              <Link href={`/endpoints/${id}`}>{id}</Link>
            </dd>
            <dt>{t('state')}</dt>
            <dd>
              <Status kind={statusOf(line.state)}>{t(known)}</Status> <Said of={line.reason} />
            </dd>
            <dt>{t('champion')}</dt>
            <dd>
              <Link href={`/models/${line.model}`}>
                {line.model}@{line.version}
              </Link>{' '}
              <span className="meta">
                {t('since')} <Ago ms={line.since_ms} />
              </span>
            </dd>
            <dt>{t('traffic10')}</dt>
            <dd>{formatCount(line.requests)}</dd>
            <dt>{t('rate')}</dt>
            <dd>{formatMetric(line.rps, 3)}</dd>
            <dt>{t('errors')}</dt>
            <dd>{line.requests === 0 ? '–' : formatShare((line.failed + line.degraded) / line.requests)}</dd>
            <dt>{t('p99')}</dt>
            <dd>{line.p99_ms === undefined ? '–' : `${formatMetric(line.p99_ms, 3)} ms`}</dd>
            <dt>{t('under_way')}</dt>
            <dd>
              {line.rollout ? (
                <>
                  <Status kind={phaseStatus(line.rollout.phase)}>{t(line.rollout.phase)}</Status>{' '}
                  <Link href={`/rollouts/${line.rollout.number}`}>
                    {line.rollout.model}@{line.rollout.version}
                  </Link>{' '}
                  {formatWeight(line.rollout.weight)}
                  <p className="meta">
                    <Said of={line.rollout.reason} />
                  </p>
                </>
              ) : (
                t('no_rollout')
              )}
            </dd>
            <dt>{t('plan')}</dt>
            <dd>{line.plan ?? t('no_plan')}</dd>
          </dl>
        );
      }}
    </Loaded>
  );
}
