import { formatMetric } from '../number';
import { readingsAt, type ChartData } from './data';
import { formatX } from './axis';
import { strokeOf } from './slots';
import { useT } from './text';
import type { XAxis } from './state';

const rowsMax = 12;

/** A short line as a curve is drawn. */
export function Swatch({ slot, baseline }: { slot: number; baseline?: boolean }) {
  const stroke = strokeOf(slot, baseline);
  return (
    <svg className="chart-swatch" width="20" height="8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="20"
        y2="4"
        stroke={stroke.color}
        strokeWidth={stroke.width + 0.5}
        strokeDasharray={stroke.dash.join(' ')}
      />
    </svg>
  );
}

/** The curves' values at the cursor or, without one, at the end: the greatest first. */
export function Legend({
  data,
  cursor,
  axis,
  xName,
  title,
  onFocus,
}: {
  data: ChartData;
  cursor: number | null;
  axis: XAxis;
  xName: string;
  title: string;
  onFocus: (index: number | null) => void;
}) {
  const t = useT();
  const place = cursor ?? data.to;
  const readings = readingsAt(data, place);
  const shown = readings.slice(0, rowsMax);
  return (
    <table className="chart-legend" aria-label={t('legend', { title })}>
      <thead>
        <tr>
          <th scope="col">
            {xName} {formatX(axis, cursor === null ? place : data.x.length > 0 ? place : 0)}
          </th>
          <th scope="col" className="number">
            {t('value')}
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ index, value, lo, hi }) => {
          const curve = data.curves[index];
          if (!curve) return null;
          const band =
            lo !== undefined && hi !== undefined && lo !== hi ? `[${formatMetric(lo)}, ${formatMetric(hi)}]` : '';
          return (
            <tr key={curve.id} onMouseEnter={() => onFocus(index)} onMouseLeave={() => onFocus(null)}>
              <td>
                <Swatch slot={curve.slot} {...(curve.baseline ? { baseline: true } : {})} />{' '}
                <span className="chart-name" title={curve.label}>
                  {curve.label}
                </span>
              </td>
              <td className="number" title={String(value)}>
                {formatMetric(value)}
                <span className="chart-band-text">{band}</span>
              </td>
            </tr>
          );
        })}
        {readings.length > rowsMax && (
          <tr>
            <td colSpan={2} className="muted">
              {t('others', { n: readings.length - rowsMax })}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
