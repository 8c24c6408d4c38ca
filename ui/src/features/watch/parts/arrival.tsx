import { formatDuration, formatShare } from '../../../kit/number';
import { Lines } from '../../../kit/lines';
import type { Accuracy } from '../api';
import { useT } from '../text';

/** From 1 ms to half a year: what the axis of lags is named at. */
const named = [1, 10, 100, 1e3, 1e4, 6e4, 6e5, 3.6e6, 2.16e7, 8.64e7, 6.048e8, 2.592e9, 1.5552e10];

export function namesBetween(from: number, to: number): number[] {
  const inside = named.filter((ms) => ms >= from && ms <= to);
  return inside.length > 1 ? inside : [from, to];
}

/** Which share of the rows had a label after so long. */
export function Arrival({ accuracy }: { accuracy: Accuracy }) {
  const t = useT();
  const { arrival, arrival_rows: rows } = accuracy;
  const first = arrival[0];
  const last = arrival[arrival.length - 1];
  const windows = accuracy.windows.filter((window) => window.timed === window.labels).length;
  const half = arrival.find((point) => point.share >= 0.5);
  return (
    <section className="panel" aria-labelledby="arrival">
      <h2 id="arrival">
        {t('arrival')} <span className="meta">{t('arrivalOf', { rows, n: windows })}</span>
      </h2>
      {!first || !last ? (
        <p className="muted">{t('arrivalNone')}</p>
      ) : (
        <Lines
          height={160}
          label={t('arrivalChart', {
            half: half ? formatDuration(half.lag_ms) : t('arrivalNever'),
            last: formatShare(last.share, 1),
          })}
          x={{
            from: first.lag_ms / 2,
            to: last.lag_ms * 2,
            log: true,
            name: t('lagAxis'),
            format: (ms) => formatDuration(ms),
            at: namesBetween(first.lag_ms, last.lag_ms),
          }}
          y={{ from: 0, to: 1, format: (value) => formatShare(value, 0) }}
          series={[
            {
              id: 'arrival',
              name: t('coverage'),
              color: 1,
              points: [
                { x: first.lag_ms / 2, y: 0 },
                ...arrival.map((point) => ({ x: point.lag_ms, y: point.share })),
                { x: last.lag_ms * 2, y: last.share },
              ],
            },
          ]}
        />
      )}
    </section>
  );
}
