// The same figures as a table: of each step of time, and of each window of the monitor.
import { formatCount, formatDuration, formatMetric, formatShare, formatTime } from '../../../kit/number';
import type { RolloutSeries } from '../api';
import { useT } from '../text';
import { nameOf, windowStateText } from './words';

export function OverTimeTable({ series }: { series: RolloutSeries }) {
  return (
    <>
      <TrafficRows series={series} />
      <WindowRows series={series} />
    </>
  );
}

const ms = (value: number | undefined) => (value === undefined ? '–' : `${formatMetric(value, 3)} ms`);

function TrafficRows({ series }: { series: RolloutSeries }) {
  const t = useT();
  const lines = series.variants
    .flatMap((variant) => variant.traffic.map((step) => ({ variant, step })))
    .sort((a, b) => b.step.at_ms - a.step.at_ms || (a.variant.role < b.variant.role ? -1 : 1));
  return (
    <div className="scroll-x overtime-rows" tabIndex={0} role="group" aria-label={t('traffic')}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t('when')}</th>
            <th scope="col">{t('variant')}</th>
            {[t('requests'), t('rate'), t('errors'), 'p50', 'p95', 'p99'].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ variant, step }) => (
            <tr key={`${variant.variant} ${step.at_ms}`}>
              <td className="nowrap">{formatTime(step.at_ms, true)}</td>
              <td className="nowrap">{nameOf(variant)}</td>
              <td className="number">{formatCount(step.requests)}</td>
              <td className="number">{formatMetric(step.rps, 3)}</td>
              <td className="number">
                {formatCount(step.failed + step.degraded)}{' '}
                <span className="meta">{formatShare(step.error_ratio, 1)}</span>
              </td>
              <td className="number">{ms(step.p50_ms)}</td>
              <td className="number">{ms(step.p95_ms)}</td>
              <td className="number">{ms(step.p99_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function WindowRows({ series }: { series: RolloutSeries }) {
  const t = useT();
  if (series.windows.length === 0) return null;
  return (
    <div className="scroll-x overtime-rows" tabIndex={0} role="group" aria-label={t('metric_accuracy')}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col" className="number">
              {t('window')}
            </th>
            <th scope="col">{t('state')}</th>
            {series.variants.map((variant) => (
              <th key={variant.variant} scope="col" className="number">
                {t('metric_accuracy')} {nameOf(variant)}
              </th>
            ))}
            <th scope="col" className="number">
              {t('labelled')}
            </th>
            <th scope="col" className="number">
              {t('lag')}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...series.windows].reverse().map((window) => (
            <tr key={window.window}>
              <td className="number">{window.window}</td>
              <td>{windowStateText(window.state, t)}</td>
              {series.variants.map((variant) => {
                const quality = variant.quality.find((one) => one.window === window.window);
                return (
                  <td key={variant.variant} className="number">
                    {formatShare(quality?.accuracy, 1)}
                    {quality?.accuracy !== undefined && (
                      <span className="meta">
                        {' '}
                        [{formatShare(quality.accuracy_low, 1)}, {formatShare(quality.accuracy_high, 1)}] n{' '}
                        {formatCount(quality.labels)}
                      </span>
                    )}
                  </td>
                );
              })}
              <td className="number">{formatShare(window.coverage, 0)}</td>
              <td className="number">{formatDuration(window.lag_p50_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
