// How a rollout's requests are split: asked for and measured.
import { formatDuration, formatTime } from '../../../kit/number';
import type { RolloutReview } from '../api';
import { useT } from '../text';
import { TrafficTable } from './traffictable';
import { nameOf } from './words';

export function TrafficPanel({ review }: { review: RolloutReview }) {
  const t = useT();
  const isMeasured = review.traffic.some((row) => row.measured !== undefined);
  return (
    <section className="panel" aria-labelledby="traffic-title">
      <h2 id="traffic-title">
        {t('traffic')}{' '}
        <span className="meta">
          {t(isMeasured ? 'measured_since' : 'counts_since', {
            time: formatDuration(review.to_ms - review.from_ms),
            since: formatTime(review.since_ms, true),
          })}
        </span>
      </h2>
      <TrafficTable
        lines={review.traffic.map((row) => ({
          ...row,
          id: row.variant,
          label: t(`role_${row.role}`),
          name: nameOf(row),
        }))}
      />
      {!isMeasured && <p className="meta">{t('no_traffic')}</p>}
    </section>
  );
}
