import { useState } from 'react';
import { Button } from '@mantine/core';
import { formatDuration, formatShare } from '../../../kit/number';
import { Lines, type LineLimit, type LineSeries } from '../../../kit/lines';
import { padded } from '../../../kit/scale';
import { Empty } from '../../../kit/state';
import { Snippet } from '../../../kit/copy';
import type { Accuracy, AccuracyWindow, Alert } from '../api';
import { useT } from '../text';
import { stateName, timeName } from './wording';

type Props = { accuracy: Accuracy; alerts: Alert[]; window: number | null; onWindow: (window: number) => void };

/** One line for all answers; of the single variants only if there were several. */
function seriesOf(windows: AccuracyWindow[], all: string): LineSeries[] {
  const middle = (window: AccuracyWindow) => (window.from + window.to) / 2;
  const whole: LineSeries = {
    id: 'all',
    name: all,
    color: 8,
    points: windows.map((window) => ({
      x: middle(window),
      y: window.accuracy ?? null,
      open: window.state === 'open',
      ...(window.accuracy_low === undefined ? {} : { lo: window.accuracy_low }),
      ...(window.accuracy_high === undefined ? {} : { hi: window.accuracy_high }),
    })),
  };
  const variants = [...new Set(windows.flatMap((window) => window.variants.map((variant) => variant.variant)))];
  if (variants.length < 2) return [whole];
  const colors = [1, 2, 3, 4] as const;
  const single = variants.slice(-4).map((id, at): LineSeries => {
    const of = (window: AccuracyWindow) => window.variants.find((variant) => variant.variant === id);
    const named = windows.map(of).find((variant) => variant !== undefined);
    return {
      id,
      name: named ? `${named.model}@${named.version}` : id.slice(0, 8),
      color: colors[at] ?? 1,
      points: windows.map((window) => ({ x: middle(window), y: of(window)?.accuracy ?? null })),
    };
  });
  return [...single, whole];
}

export function limitsOf(alerts: Alert[]): LineLimit[] {
  const limits = alerts.flatMap((alert) => {
    const found = /^\s*accuracy(?:_low|_high)?\s*<=?\s*([0-9.eE+-]+)\s*$/.exec(alert.settings.expr);
    return found ? [{ y: Number(found[1]), name: `${alert.rule} < ${found[1]}` }] : [];
  });
  return limits.sort((a, b) => b.y - a.y); // Names of neighbours stand above and below their lines.
}

export function Quality({ accuracy, alerts, window, onWindow }: Props) {
  const t = useT();
  const [table, setTable] = useState(false);
  const {
    windows,
    monitor: { settings },
  } = accuracy;
  const known = windows.filter((one) => one.accuracy !== undefined);
  if (known.length === 0) {
    const body = '{"labels": [{"prediction_id": "…", "truth": true}]}';
    return (
      <Empty title={t('quality')}>
        <p>{t('qualityEmpty')}</p>
        <Snippet text={`POST /api/v1/endpoints/${settings.endpoint}/labels\n${body}`} />
      </Empty>
    );
  }
  return (
    <section className="panel" aria-labelledby="quality">
      <h2 id="quality">
        {t('quality')} <span className="meta">{t('accuracy')}, 95 %</span>
        <span className="panel-verbs">
          <Button size="compact-xs" variant="default" onClick={() => setTable(!table)}>
            {table ? t('asChart') : t('asTable')}
          </Button>
        </span>
      </h2>
      {table ? (
        <QualityTable accuracy={accuracy} window={window} onWindow={onWindow} />
      ) : (
        <QualityCharts accuracy={accuracy} alerts={alerts} window={window} onWindow={onWindow} />
      )}
    </section>
  );
}

function QualityCharts({ accuracy, alerts, window, onWindow }: Props) {
  const t = useT();
  const {
    windows,
    monitor: { settings },
  } = accuracy;
  const known = windows.filter((one) => one.accuracy !== undefined);
  const series = seriesOf(windows, t('all'));
  const limits = limitsOf(alerts);
  const [low, high] = padded(
    [...known.flatMap((one) => [one.accuracy_low ?? 0, one.accuracy_high ?? 1]), ...limits.map((limit) => limit.y)],
    0,
    1,
  );
  const lowest = known.reduce((least, one) => ((one.accuracy ?? 1) < (least.accuracy ?? 1) ? one : least));
  const first = windows[0];
  const last = windows[windows.length - 1];
  const x = {
    from: first?.from ?? 0,
    to: last?.to ?? 1,
    name: settings.time === '' ? t('unitSeconds') : t('unit', { time: settings.time }),
    format: (value: number) => timeName(settings, value),
  };
  const chosen = windows.find((one) => one.window === window);
  const titleOf = (one: AccuracyWindow) =>
    [
      t('windowN', { window: timeName(settings, one.from) }),
      stateName(one.state, t),
      one.accuracy === undefined
        ? t('noData')
        : `${formatShare(one.accuracy, 1)} [${formatShare(one.accuracy_low, 1)}, ${formatShare(one.accuracy_high, 1)}]`,
      t('labelledOf', { labels: one.labels, rows: one.predictions }),
    ].join(' · ');
  const slots = windows.map((one) => ({ from: one.from, to: one.to, title: titleOf(one) }));
  const common = {
    x,
    slots,
    here: chosen ? { from: chosen.from, to: chosen.to } : null,
    onPick: (slot: number) => {
      const one = windows[slot];
      if (one) onWindow(one.window);
    },
  };
  const label = t('qualityChart', {
    n: known.length,
    first: formatShare(known[0]?.accuracy, 1),
    last: formatShare(known[known.length - 1]?.accuracy, 1),
    least: formatShare(lowest.accuracy, 1),
    at: timeName(settings, lowest.from),
  });
  return (
    <>
      <Lines
        label={label}
        series={series}
        y={{ from: low, to: high, format: (value) => formatShare(value, 0) }}
        limits={limits}
        {...common}
      />
      {series.length > 1 && (
        <ul className="line-legend">
          {series.map((one) => (
            <li key={one.id}>
              <span className={`swatch line-swatch-${one.color}`} aria-hidden="true" />
              {one.name}
            </li>
          ))}
        </ul>
      )}
      <h3>{t('coverage')}</h3>
      <Lines
        label={t('coverageChart', { last: formatShare(last?.coverage, 0) })}
        height={110}
        y={{ from: 0, to: 1, format: (value) => formatShare(value, 0) }}
        {...common}
        series={[
          {
            id: 'coverage',
            name: t('coverage'),
            color: 1,
            points: windows.map((one) => ({ x: (one.from + one.to) / 2, y: one.coverage ?? null })),
          },
        ]}
      />
    </>
  );
}

function QualityTable({ accuracy, window, onWindow }: Omit<Props, 'alerts'>) {
  const t = useT();
  const {
    windows,
    monitor: { settings },
  } = accuracy;
  return (
    <div className="scroll-x table-short" tabIndex={0} role="group" aria-label={t('quality')}>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('window')}</th>
            <th>{t('state')}</th>
            <th className="number">{t('accuracy')}</th>
            <th className="number">95 %</th>
            <th className="number">{t('labels')}</th>
            <th className="number">{t('coverage')}</th>
            <th className="number">{t('lagP50')}</th>
            <th className="number">{t('lagP90')}</th>
          </tr>
        </thead>
        <tbody>
          {[...windows].reverse().map((one) => (
            <tr key={one.window} className={one.window === window ? 'is-here' : ''}>
              <td>
                <button type="button" className="link-button" onClick={() => onWindow(one.window)}>
                  {timeName(settings, one.from)}
                </button>
              </td>
              <td>{stateName(one.state, t)}</td>
              <td className="number">{formatShare(one.accuracy)}</td>
              <td className="number">
                {one.accuracy === undefined
                  ? '–'
                  : `[${formatShare(one.accuracy_low)}, ${formatShare(one.accuracy_high)}]`}
              </td>
              <td className="number">
                {one.labels} / {one.predictions}
              </td>
              <td className="number">{formatShare(one.coverage, 1)}</td>
              <td className="number">{formatDuration(one.lag_p50_ms)}</td>
              <td className="number">{formatDuration(one.lag_p90_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
