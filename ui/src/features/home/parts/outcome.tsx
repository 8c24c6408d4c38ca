// What came of an abort: what the gateway routes, and what it measured since.
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { formatShare } from '../../../kit/number';
import { Status } from '../../../kit/status';
import { useT } from '../text';

export type Aborted = { number: number; endpoint: string; challenger: string };
type Traffic = { role: string; target: number; measured?: number };
type Review = { rollout: { phase: string; weight: number }; traffic: Traffic[] };

export function Outcome({ aborted }: { aborted: Aborted }) {
  const t = useT();
  const { data } = useApi<Review>(
    `rollouts/${aborted.number}`,
    {},
    { topics: [`rollout/${aborted.number}`], refetchMs: 2000 },
  );
  const challenger = data?.traffic.find((row) => row.role === 'challenger');
  const routed = data && (challenger?.target ?? data.rollout.weight);
  return (
    <div className="outcome" role="status">
      <Status kind="aborted">{t('aborted', aborted)}</Status>
      {routed === undefined ? (
        <span className="muted">{t('measuring')}</span>
      ) : (
        <span>
          {t('routed', { share: formatShare(routed / 1000, 0) })} ·{' '}
          {t('measured', { model: aborted.challenger, share: formatShare(challenger?.measured ?? 0, 0) })}
        </span>
      )}
      <Link href={`/rollouts/${aborted.number}`}>{t('lookAtIt')}</Link>
    </div>
  );
}
