import { useMemo, useState } from 'react';
import { Button } from '@mantine/core';
import { HeatGrid, HeatLegend, type HeatColumn, type HeatRow } from '../../../kit/heatgrid';
import { levelOf, type Place } from '../../../kit/heatmap';
import { formatMetric } from '../../../kit/number';
import { Empty } from '../../../kit/state';
import { Snippet } from '../../../kit/copy';
import type { Heatmap, HeatmapColumn, HeatmapWindow, MonitorSettings } from '../api';
import { useT, type T } from '../text';
import { ratioName, timeName } from './wording';

const rowsShown = 40;

export function windowWords(window: HeatmapWindow, settings: MonitorSettings, t: T): string {
  return window.state === 'empty'
    ? `${timeName(settings, window.from)}–${timeName(settings, window.to)}`
    : t('windowN', { window: timeName(settings, window.from) });
}

function rowOf(column: HeatmapColumn, heatmap: Heatmap, settings: MonitorSettings, t: T): HeatRow {
  const cells = heatmap.windows.map((window, at) => {
    const distance = column.distances[at];
    const when = windowWords(window, settings, t);
    if (distance === null || distance === undefined)
      return { level: null, label: t('cellNone', { column: column.column, when }) };
    const few = window.rows < column.rows_min;
    const words = [
      t('cell', {
        column: column.column,
        when,
        measure: heatmap.measure,
        distance: formatMetric(distance),
        ratio: ratioName(distance, column.threshold),
        threshold: formatMetric(column.threshold),
      }),
    ];
    if (column.alarms[at]) words.push(t('cellAlarm'));
    if (few) words.push(t('cellFew', { rows: window.rows, min: column.rows_min }));
    if (window.state === 'open') words.push(t('openWindow'));
    return {
      level: levelOf(distance, column.threshold),
      mark: column.alarms[at] === true,
      few,
      label: words.join(' · '),
    };
  });
  return { id: column.column, name: column.column, cells };
}

export function inOrder(heatmap: Heatmap, sort: 'worst' | 'name'): HeatmapColumn[] {
  return sort === 'name' ? [...heatmap.columns].sort((a, b) => (a.column < b.column ? -1 : 1)) : heatmap.columns;
}

export type DriftProps = {
  heatmap: Heatmap;
  settings: MonitorSettings;
  window: number | null;
  column: string;
  sort: 'worst' | 'name';
  onOpen: (column: string, window: number) => void;
};

export function DriftMap({ heatmap, settings, window, column, sort, onOpen }: DriftProps) {
  const t = useT();
  const [shown, setShown] = useState(rowsShown);
  const columns = useMemo(() => inOrder(heatmap, sort), [heatmap, sort]);
  const visible = useMemo(() => columns.slice(0, shown), [columns, shown]);
  const rows = useMemo(() => visible.map((one) => rowOf(one, heatmap, settings, t)), [visible, heatmap, settings, t]);
  const heads = useMemo(
    (): HeatColumn[] =>
      heatmap.windows.map((one) => ({
        id: String(one.window),
        name: settings.time === '' ? timeName(settings, one.from).slice(5) : timeName(settings, one.from),
      })),
    [heatmap, settings],
  );
  if (heatmap.columns.length === 0) {
    return (
      <Empty title={t('heatmapNoReference')}>
        <p>{t('heatmapNoReferenceText')}</p>
        <Snippet text={`galley monitor reference ${heatmap.monitor} --dataset NAME@VERSION`} />
      </Empty>
    );
  }
  if (heatmap.windows.length === 0) return <Empty title={t('heatmapNoWindows')} />;
  const at = heatmap.windows.findIndex((one) => one.window === window);
  const row = visible.findIndex((one) => one.column === column);
  const open = (place: Place) => {
    const [picked, when] = [visible[place.row], heatmap.windows[place.column]];
    if (picked && when) onOpen(picked.column, when.window);
  };
  const rest = columns.length - visible.length;
  const leftOut = heatmap.columns_total - heatmap.columns.length;
  return (
    <>
      <HeatGrid
        label={t('heatmap')}
        rowsName={t('column')}
        rows={rows}
        columns={heads}
        column={at < 0 ? null : at}
        chosen={row >= 0 && at >= 0 ? { row, column: at } : null}
        onOpen={open}
      />
      {rest > 0 && (
        <p>
          <Button size="compact-xs" variant="default" onClick={() => setShown(shown + 4 * rowsShown)}>
            {t('moreColumns', { n: Math.min(rest, 4 * rowsShown) })}
          </Button>
        </p>
      )}
      {leftOut > 0 && <p className="meta">{t('leftOut', { n: leftOut })}</p>}
      <HeatLegend within={t('within')} beyond={t('beyond')} none={t('noData')} few={t('few')} alarm={t('alarm')} />
    </>
  );
}

/** Of the window that is looked at the columns that are furthest beyond, each a step from its histogram. */
export function WorstOf({ heatmap, settings, window, column, onOpen }: Omit<DriftProps, 'sort'>) {
  const t = useT();
  const at = heatmap.windows.findIndex((one) => one.window === window);
  const when = heatmap.windows[at];
  if (!when) return null;
  const found = heatmap.columns.filter((one) => one.beyond[at] && one.column !== column).slice(0, 5);
  if (found.length === 0) return null;
  return (
    <p className="toolbar">
      {t('topOf', { when: windowWords(when, settings, t) })}
      {found.map((one) => (
        <Button key={one.column} size="compact-xs" variant="default" onClick={() => onOpen(one.column, when.window)}>
          <span className="sr-only">{t('showHistogram', { column: one.column })}: </span>
          {one.column} · {ratioName(one.distances[at] ?? 0, one.threshold)} ×
        </Button>
      ))}
    </p>
  );
}
