// ln E after each window, with the bound that decides. Small, as SVG; the same figures as a table below.
import { formatCount, formatMetric } from '../../../kit/number';
import type { RolloutEvidence, EvidencePoint } from '../api';
import { useT } from '../text';
import { formatDifference } from './words';

const width = 420;
const height = 150;
const left = 40;
const bottom = 20;

function lineOf(
  points: readonly EvidencePoint[],
  pick: (point: EvidencePoint) => number,
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  return points.map((point, at) => `${at === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(pick(point)).toFixed(1)}`).join(' ');
}

function Chart({ points, bound }: { points: readonly EvidencePoint[]; bound: number }) {
  const t = useT();
  const values = points.flatMap((point) => [point.log_e_better, point.log_e_worse]);
  const most = Math.max(bound, ...values) * 1.08;
  const least = Math.min(0, ...values) * 1.08 - 0.05;
  const x = (at: number) =>
    left + (points.length < 2 ? (width - left) / 2 : (at / (points.length - 1)) * (width - left - 12) + 4);
  const y = (value: number) => 6 + ((most - value) / (most - least)) * (height - bottom - 6);
  const last = points[points.length - 1];
  const words = t('chart_says', {
    better: formatMetric(last?.log_e_better, 3),
    worse: formatMetric(last?.log_e_worse, 3),
    bound: formatMetric(bound, 3),
  });
  const every = Math.max(1, Math.ceil(points.length / 8));
  return (
    <svg
      className="series"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      {[0, bound].map((value) => (
        <g key={value}>
          <line
            className={value === 0 ? 'series-zero' : 'series-bound'}
            x1={left}
            x2={width}
            y1={y(value)}
            y2={y(value)}
          />
          <text className="series-label" x={left - 6} y={y(value) + 4} textAnchor="end">
            {formatMetric(value, 2)}
          </text>
        </g>
      ))}
      <path className="series-better" d={lineOf(points, (point) => point.log_e_better, x, y)} />
      <path className="series-worse" d={lineOf(points, (point) => point.log_e_worse, x, y)} />
      {points.map((point, at) => (
        <g key={point.window}>
          <circle className="series-dot-better" cx={x(at)} cy={y(point.log_e_better)} r={3} />
          <circle className="series-dot-worse" cx={x(at)} cy={y(point.log_e_worse)} r={3} />
          {at % every === 0 && (
            <text className="series-label" x={x(at)} y={height - 4} textAnchor="middle">
              {point.window}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

export function SeriesPanel({ row }: { row: RolloutEvidence }) {
  const t = useT();
  if (row.bound === undefined || row.points.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="series-title">
      <h2 id="series-title">
        {t('series')}{' '}
        <span className="meta">
          {t('e_axis')} · {t('of_monitor', { name: row.monitor })}
        </span>
      </h2>
      <Chart points={row.points} bound={Math.log(row.bound)} />
      <p className="legend">
        <span className="key-better">— {t('better_line')}</span> <span className="key-worse">— {t('worse_line')}</span>
      </p>
      <details>
        <summary>{t('chart_table')}</summary>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col" className="number">
                {t('window')}
              </th>
              <th scope="col" className="number">
                {t('rows')}
              </th>
              <th scope="col">{t('difference')}</th>
              <th scope="col" className="number">
                {t('better_line')}
              </th>
              <th scope="col" className="number">
                {t('worse_line')}
              </th>
            </tr>
          </thead>
          <tbody>
            {row.points.map((point) => (
              <tr key={point.window}>
                <td className="number">{point.window}</td>
                <td className="number">{formatCount(point.rows)}</td>
                <td>
                  {point.value === undefined
                    ? '–'
                    : `${formatDifference(point.value, row.unit)} [${formatDifference(point.lo ?? 0, row.unit)}, ${formatDifference(point.hi ?? 0, row.unit)}]`}
                </td>
                <td className="number">{formatMetric(point.log_e_better, 3)}</td>
                <td className="number">{formatMetric(point.log_e_worse, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
