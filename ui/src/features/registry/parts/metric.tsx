// One metric over the versions of a model; the champion's value is the line to beat.
import { Lines } from '../../../kit/lines';
import { formatMetric } from '../../../kit/number';
import type { Version } from '../api';
import { named, pointsOf, spanOf, valueOf } from '../versions';
import { useT } from '../text';

export function MetricPanel({
  versions,
  keys,
  metric,
  champion,
  onMetric,
  onVersion,
}: {
  versions: Version[];
  keys: string[];
  metric: string;
  champion: number | null;
  onMetric: (key: string) => void;
  onVersion: (version: number) => void;
}) {
  const t = useT();
  const points = pointsOf(versions, metric);
  const values = points.flatMap((point) => (point.y === null ? [] : [point.y]));
  const best = valueOf(
    versions.find((one) => one.version === champion),
    metric,
  );
  const numbers = points.map((point) => point.x);
  return (
    <section className="panel" aria-labelledby="metric-title">
      <h2 id="metric-title">{t('over_versions')}</h2>
      <div className="toolbar metric-tools">
        <label>
          {t('metric')}{' '}
          <select value={metric} onChange={(event) => onMetric(event.currentTarget.value)}>
            {keys.map((key) => (
              <option key={key} value={key}>
                {key}
              </option>
            ))}
          </select>
        </label>
        {best !== null && (
          <span className="meta">{t('champion_value', { version: String(champion), value: formatMetric(best) })}</span>
        )}
      </div>
      {values.length === 0 ? (
        <p className="muted">{t('no_metrics')}</p>
      ) : (
        <Lines
          label={t('metric_label', { metric, n: values.length })}
          series={[{ id: metric, name: metric, color: 1, points }]}
          x={{
            from: Math.min(...numbers) - 0.5,
            to: Math.max(...numbers) + 0.5,
            name: t('version'),
            format: String,
            at: named(numbers),
          }}
          y={{ ...spanOf(values), format: (value) => formatMetric(value) }}
          {...(best === null ? {} : { limits: [{ y: best, name: t('champion') }] })}
          height={200}
          slots={points.map((point) => ({
            from: point.x - 0.5,
            to: point.x + 0.5,
            title: `${t('version')} ${point.x}: ${formatMetric(point.y)}`,
          }))}
          onPick={(slot) => {
            const point = points[slot];
            if (point) onVersion(point.x);
          }}
        />
      )}
    </section>
  );
}
