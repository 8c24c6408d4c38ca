// Who is asked: of each variant what was asked for (tick) and what was measured (bar), and how it answered.
import { formatCount, formatMetric, formatShare } from '../../../kit/number';
import { useT } from '../text';
import { formatWeight } from './words';

export type TrafficLine = {
  id: string;
  role: string;
  label: string; // What the variant is here.
  name: string; // Its model's version.
  target: number; // Of 1000, as the mirror.
  mirror: number;
  measured?: number | undefined; // A share of 1.
  rps?: number | undefined;
  requests: number;
  failed: number;
  degraded: number;
  p50_ms?: number | undefined;
  p99_ms?: number | undefined;
};

function SplitBar({ target, measured }: { target: number; measured: number | undefined }) {
  const t = useT();
  const words = `${t('asked_of', { share: formatWeight(target) })}, ${measured === undefined ? t('measured_none') : t('measured_of', { share: formatShare(measured, 1) })}`;
  return (
    <div className="split" role="img" aria-label={words} title={words}>
      <span className="split-fill" style={{ width: `${(measured ?? 0) * 100}%` }} />
      <span className="split-tick" style={{ left: `${target / 10}%` }} />
    </div>
  );
}

function Line({ line }: { line: TrafficLine }) {
  const t = useT();
  const errors = line.failed + line.degraded;
  return (
    <tr data-role={line.role}>
      <th scope="row">
        <span>{line.label}</span> <code>{line.name}</code>
      </th>
      <td className="split-cell">
        <SplitBar target={line.target} measured={line.measured} />
      </td>
      <td className="number">
        {formatWeight(line.target)}
        {line.mirror > 0 && <div className="meta">{t('mirrored', { share: formatWeight(line.mirror) })}</div>}
      </td>
      <td className="number" data-measured={line.role}>
        {formatShare(line.measured, 1)}
      </td>
      <td className="number">{formatMetric(line.rps, 3)}</td>
      <td className="number">{formatCount(line.requests)}</td>
      <td className="number" title={t('degraded_count', { n: line.degraded })}>
        {formatCount(errors)}
        {line.requests > 0 && <span className="meta"> {formatShare(errors / line.requests)}</span>}
      </td>
      <td className="number">{line.p50_ms === undefined ? '–' : `${formatMetric(line.p50_ms, 3)} ms`}</td>
      <td className="number">{line.p99_ms === undefined ? '–' : `${formatMetric(line.p99_ms, 3)} ms`}</td>
    </tr>
  );
}

export function TrafficTable({ lines }: { lines: TrafficLine[] }) {
  const t = useT();
  return (
    <div className="scroll-x" tabIndex={0} role="group" aria-label={t('traffic')}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t('variant')}</th>
            <th scope="col">{t('share')}</th>
            <th scope="col" className="number">
              {t('asked')}
            </th>
            <th scope="col" className="number">
              {t('measured')}
            </th>
            <th scope="col" className="number">
              {t('rate')}
            </th>
            <th scope="col" className="number">
              {t('requests')}
            </th>
            <th scope="col" className="number">
              {t('errors')}
            </th>
            <th scope="col" className="number">
              p50
            </th>
            <th scope="col" className="number">
              p99
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
