import { formatMetric } from '../number';
import type { ChartData } from './data';
import { formatX } from './axis';
import type { XAxis } from './state';
import { useT } from './text';

const rowsMax = 200;
const curvesMax = 20;

/** What the chart shows, as text. */
export function TableView({
  data,
  axis,
  xName,
  title,
}: {
  data: ChartData;
  axis: XAxis;
  xName: string;
  title: string;
}) {
  const t = useT();
  const curves = data.curves.slice(0, curvesMax);
  return (
    <div className="chart-table scroll-x" tabIndex={0} role="region" aria-label={title}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{xName}</th>
            {curves.map((curve) => (
              <th key={curve.id} scope="col" className="number">
                {curve.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.x.slice(0, rowsMax).map((x, at) => (
            <tr key={x}>
              <th scope="row">{formatX(axis, x)}</th>
              {curves.map((curve) => {
                const value = (curve.last.length > 0 ? curve.last : curve.max)[at];
                return (
                  <td
                    key={curve.id}
                    className="number"
                    title={value === null || value === undefined ? '' : String(value)}
                  >
                    {formatMetric(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {data.x.length > rowsMax && <p className="meta">{t('rowsShown', { n: rowsMax, total: data.x.length })}</p>}
      {data.curves.length > curvesMax && <p className="meta">{t('others', { n: data.curves.length - curvesMax })}</p>}
    </div>
  );
}
