// Latency, errors and accuracy of both variants on one axis of time, with what happened to the rollout.
import { useState } from 'react';
import { Button } from '@mantine/core';
import { useApi } from '../../../api/client';
import { useSaid } from '../../../api/said';
import { Lines, type LineMark, type LineSeries } from '../../../kit/lines';
import { formatDuration, formatMetric, formatShare, formatTime } from '../../../kit/number';
import { padded } from '../../../kit/scale';
import { Loaded } from '../../../kit/state';
import type { RolloutSeries, RolloutTimelineStep, SeriesMarker, SeriesVariant } from '../api';
import { useT } from '../text';
import { accuracyLines, errorLines, latencyLines, timeTicks, valuesOf } from './overtime';
import { OverTimeTable } from './overtimetable';
import { eventText, formatWeight, nameOf, stepText, windowStateText } from './words';

/** Asked again only as often as a bucket may change. */
const refetchMs = 10_000;

function useMarkText(steps: readonly RolloutTimelineStep[]): (marker: SeriesMarker) => string {
  const t = useT();
  const stepOf = (text: string) => {
    const step = steps.find((one) => one.text === text);
    return step ? stepText(step, t) : text;
  };
  return (marker) =>
    [
      eventText(marker.kind, t),
      stepOf(marker.step),
      `${t('weight')} ${formatWeight(marker.weight)}`,
      marker.mirror > 0 ? t('mirrored', { share: formatWeight(marker.mirror) }) : '',
    ]
      .filter((part) => part !== '')
      .join(' · ');
}

export function OverTimePanel({ number, steps }: { number: number; steps: readonly RolloutTimelineStep[] }) {
  const t = useT();
  const [table, setTable] = useState(false);
  const read = useApi<RolloutSeries>(`rollouts/${number}/series`, {}, { topics: [`rollout/${number}`], refetchMs });
  return (
    <section className="panel" aria-labelledby="overtime-title">
      <h2 id="overtime-title">
        {t('overtime')}{' '}
        {read.data && (
          <span className="meta">
            {t('overtime_step', { time: formatDuration(read.data.step_ms) })}
            {read.data.is_cut && ` · ${t('overtime_cut')}`}
          </span>
        )}
        <span className="panel-verbs">
          <Button size="compact-xs" variant="default" onClick={() => setTable(!table)}>
            {t(table ? 'as_chart' : 'as_table')}
          </Button>
        </span>
      </h2>
      <Loaded read={read} lines={8}>
        {(series) => (table ? <OverTimeTable series={series} /> : <Charts series={series} steps={steps} />)}
      </Loaded>
    </section>
  );
}

function Charts({ series, steps }: { series: RolloutSeries; steps: readonly RolloutTimelineStep[] }) {
  const t = useT();
  const textOf = useMarkText(steps);
  const roleOf = (variant: SeriesVariant) =>
    `${t(variant.role === 'champion' ? 'role_champion' : 'role_challenger')} ${nameOf(variant)}`;
  const marks = series.markers.map((marker, at): LineMark => ({
    x: Math.max(series.from_ms, marker.at_ms),
    name: String(at + 1),
    title: `${formatTime(marker.at_ms, true)} · ${textOf(marker)}`,
  }));
  const isDay = series.to_ms - series.from_ms < 86_400_000;
  const x = {
    from: series.from_ms,
    to: series.to_ms,
    name: t('time'),
    at: timeTicks(series.from_ms, series.to_ms, 9),
    format: (ms: number) => (isDay ? formatTime(ms, series.step_ms < 60_000).slice(11) : formatTime(ms).slice(5)),
  };
  return (
    <>
      <Traffic series={series} x={x} marks={marks} roleOf={roleOf} />
      <Quality series={series} x={x} marks={marks} roleOf={roleOf} />
      <ol className="overtime-marks" aria-label={t('markers')}>
        {series.markers.map((marker) => (
          <li key={marker.sequence}>
            {textOf(marker)} <span className="meta">{formatTime(marker.at_ms, true)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

type Part = {
  series: RolloutSeries;
  x: { from: number; to: number; name: string; at: number[]; format: (ms: number) => string };
  marks: LineMark[];
  roleOf: (variant: SeriesVariant) => string;
};

const last = (line: LineSeries | undefined, format: (value: number) => string): string => {
  const point = line?.points.findLast((one) => one.y !== null);
  return point?.y === null || point?.y === undefined ? '–' : format(point.y);
};

function Traffic({ series, x, marks, roleOf }: Part) {
  const t = useT();
  const latency = latencyLines(series, roleOf);
  const errors = errorLines(series, roleOf);
  const ms = (value: number) => `${formatMetric(value, 2)} ms`;
  const share = (value: number) => formatShare(value, 1);
  if (valuesOf(latency).length === 0) return <p className="muted">{t('overtime_none')}</p>;
  return (
    <>
      <h3>{t('latency')}</h3>
      <Lines
        label={t('latency_chart', {
          champion: last(latency[2], ms),
          challenger: last(latency[5], ms),
        })}
        series={latency}
        x={x}
        y={{ from: 0, to: padded(valuesOf(latency), 0, Infinity)[1], format: ms }}
        marks={marks}
        height={200}
      />
      <ul className="overtime-legend">
        {series.variants.map((variant) => (
          <li key={variant.variant} data-role={variant.role}>
            <span className="overtime-swatch" aria-hidden="true" /> {roleOf(variant)}
          </li>
        ))}
        <li className="meta">{t('latency_legend')}</li>
      </ul>
      <h3>{t('error_ratio')}</h3>
      <Lines
        label={t('errors_chart', { champion: last(errors[0], share), challenger: last(errors[1], share) })}
        series={errors}
        x={x}
        y={{ from: 0, to: Math.max(0.01, padded(valuesOf(errors), 0, 1)[1]), format: share }}
        marks={marks}
        height={120}
      />
    </>
  );
}

function Quality({ series, x, marks, roleOf }: Part) {
  const t = useT();
  const said = useSaid();
  const lines = accuracyLines(series, roleOf);
  const values = lines.flatMap((line) => line.points.flatMap((point) => [point.lo ?? 0, point.hi ?? 1]));
  const newest = series.windows[series.windows.length - 1];
  const share = (value: number) => formatShare(value, 1);
  return (
    <>
      <h3>
        {t('accuracy')}{' '}
        {series.monitor !== '' && <span className="meta">{t('of_monitor', { name: series.monitor })}, 95 %</span>}
      </h3>
      {values.length === 0 ? (
        <p className="muted">{series.monitor_reason === '' ? t('no_labels') : said(series.monitor_reason)}</p>
      ) : (
        <Lines
          label={t('accuracy_chart', { champion: last(lines[0], share), challenger: last(lines[1], share) })}
          series={lines}
          x={x}
          y={{ from: padded(values, 0, 1)[0], to: padded(values, 0, 1)[1], format: (value) => formatShare(value, 0) }}
          marks={marks}
          height={150}
        />
      )}
      {newest && (
        <p className="meta">
          {t('label_lag', {
            window: newest.window,
            state: windowStateText(newest.state, t),
            share: formatShare(newest.coverage, 0),
            p50: formatDuration(newest.lag_p50_ms),
            p90: formatDuration(newest.lag_p90_ms),
          })}
        </p>
      )}
    </>
  );
}
