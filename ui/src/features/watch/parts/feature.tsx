import { useEffect, useRef, useState } from 'react';
import { Button } from '@mantine/core';
import { useApi } from '../../../api/client';
import { Histogram, type HistogramBin } from '../../../kit/histogram';
import { formatDelta, formatMetric, formatPoints, formatShare } from '../../../kit/number';
import { Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import type { Feature, Heatmap, MonitorSettings } from '../api';
import { useT, type T } from '../text';
import { binName, mostMoved, ratioName, timeName } from './wording';

type Props = {
  monitor: string;
  column: string;
  window: number;
  heatmap: Heatmap;
  settings: MonitorSettings;
  onClose: () => void;
};

/** A column beside its reference, of the windows that the heat map's cell is of. */
export function FeaturePanel({ monitor, column, window, heatmap, settings, onClose }: Props) {
  const t = useT();
  const head = useRef<HTMLElement>(null);
  const [table, setTable] = useState(false);
  // A cell of windows without rows says so of all of them.
  const shown = heatmap.windows.find((one) => one.window === window);
  const from = shown?.state === 'empty' ? shown.from : (window - heatmap.span + 1) * heatmap.width;
  const to = shown?.to ?? (window + 1) * heatmap.width;
  const path = `monitors/${encodeURIComponent(monitor)}/features/${encodeURIComponent(column)}`;
  const read = useApi<Feature>(path, { from, to }, { topics: [`monitor/${monitor}`] });
  useEffect(() => {
    head.current?.scrollIntoView({ block: 'nearest' });
  }, [column, window, read.data]);
  const when = `${timeName(settings, from)} – ${timeName(settings, to)}`;
  return (
    <section ref={head} className="panel feature" aria-labelledby="feature" aria-live="polite">
      <h2 id="feature">
        {t('histogram', { column })} <span className="meta">{when}</span>
        <span className="panel-verbs">
          <Button size="compact-xs" variant="default" onClick={() => setTable(!table)}>
            {table ? t('asChart') : t('asTable')}
          </Button>
          <Button size="compact-xs" variant="default" onClick={onClose}>
            {t('close')}
          </Button>
        </span>
      </h2>
      <Loaded read={read} lines={8}>
        {(feature) => <FeatureBody feature={feature} table={table} />}
      </Loaded>
    </section>
  );
}

export function barsOf(feature: Feature, t: T): HistogramBin[] {
  return feature.reference.bins.flatMap((bin, at): HistogramBin[] => {
    const current = feature.current ? (feature.current.bins[at]?.share ?? 0) : null;
    if (bin.missing && bin.rows === 0 && !current) return [];
    return [
      {
        label: binName(bin, t),
        reference: bin.share,
        current,
        ...(bin.missing ? { apart: true } : {}),
        ...(bin.lo === undefined ? {} : { edge: formatMetric(bin.lo, 3) }),
      },
    ];
  });
}

function FeatureBody({ feature, table }: { feature: Feature; table: boolean }) {
  const t = useT();
  const { reference, current, distances } = feature;
  const moved = current && current.rows > 0 ? mostMoved(reference.bins, current.bins) : -1;
  const bin = reference.bins[moved];
  const label =
    bin && current
      ? t('histogramChart', {
          column: feature.column,
          n: reference.bins.length,
          bin: binName(bin, t),
          before: formatShare(bin.share, 1),
          now: formatShare(current.bins[moved]?.share, 1),
        })
      : t('histogram', { column: feature.column });
  return (
    <>
      <p className="toolbar">
        {distances ? (
          <>
            <Status kind={distances.beyond ? 'warning' : 'succeeded'}>
              {distances.beyond ? t('isBeyond') : t('isWithin')}
            </Status>
            <span>
              {feature.measure.toUpperCase()} <strong>{formatMetric(distances.distance)}</strong>
            </span>
            <span className="muted">
              {t('times', {
                ratio: ratioName(distances.distance, feature.threshold),
                threshold: formatMetric(feature.threshold),
              })}
            </span>
            {distances.alarm && <Status kind="firing">{t('alarm')}</Status>}
          </>
        ) : (
          <Status kind="no_data">{t('noDistance')}</Status>
        )}
        {current && current.rows > 0 && current.rows < feature.rows_min && (
          <Status kind="inconclusive">{t('fewRows', { rows: current.rows, min: feature.rows_min })}</Status>
        )}
      </p>
      {!current && <p className="muted">{t('gone')}</p>}
      {table ? (
        <BinTable feature={feature} />
      ) : (
        <Histogram
          label={label}
          bins={barsOf(feature, t)}
          formatShare={(share) => formatShare(share, share < 0.1 && share > 0 ? 1 : 0)}
          referenceName={t('referenceN', { n: reference.rows })}
          currentName={current ? t('currentN', { n: current.rows }) : t('noData')}
        />
      )}
      <div className="columns">
        <Quantiles feature={feature} />
        {distances && <Measures feature={feature} />}
      </div>
    </>
  );
}

function BinTable({ feature }: { feature: Feature }) {
  const t = useT();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{t('bin')}</th>
          <th className="number">{t('reference')}</th>
          <th className="number">{t('rows')}</th>
          <th className="number">{t('current')}</th>
          <th className="number">{t('rows')}</th>
          <th className="number">{t('shift')}</th>
        </tr>
      </thead>
      <tbody>
        {feature.reference.bins.map((bin, at) => {
          const now = feature.current?.bins[at];
          return (
            <tr key={at}>
              <td>{binName(bin, t)}</td>
              <td className="number">{formatShare(bin.share)}</td>
              <td className="number">{bin.rows}</td>
              <td className="number">{formatShare(now?.share)}</td>
              <td className="number">{now?.rows ?? '–'}</td>
              <td className="number">{now ? formatPoints(now.share - bin.share) : '–'}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Quantiles({ feature }: { feature: Feature }) {
  const t = useT();
  return (
    <div>
      <h3>
        {t('quantiles')} <span className="meta">{t('quantilesText')}</span>
      </h3>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('quantiles')}</th>
            <th className="number">{t('reference')}</th>
            <th className="number">{t('current')}</th>
            <th className="number">{t('shift')}</th>
          </tr>
        </thead>
        <tbody>
          {feature.quantiles.map(({ q, reference, current }) => (
            <tr key={q}>
              <td>{formatShare(q, 0)}</td>
              <td className="number">{formatMetric(reference)}</td>
              <td className="number">{formatMetric(current)}</td>
              <td className="number">
                {reference === undefined || current === undefined ? '–' : formatDelta(current - reference)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Measures({ feature }: { feature: Feature }) {
  const t = useT();
  const { distances } = feature;
  const all = [
    ['psi', distances?.psi],
    ['ks', distances?.ks],
    ['js', distances?.js],
    ['wasserstein', distances?.wasserstein],
  ] as const;
  return (
    <div>
      <h3>{t('measures')}</h3>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('measure')}</th>
            <th className="number">{t('distance')}</th>
          </tr>
        </thead>
        <tbody>
          {all.map(([name, value]) => (
            <tr key={name}>
              <td>{name === feature.measure ? <strong>{name}</strong> : name}</td>
              <td className="number">{formatMetric(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
