// The heat map to take along: its figures as CSV, itself as PNG.
import { Button } from '@mantine/core';
import { save } from '../../../kit/save';
import type { Heatmap, MonitorSettings } from '../api';
import { useT } from '../text';
import { inOrder } from './drift';
import { heatCsv } from './heattable';
import { timeName } from './wording';

type Props = { heatmap: Heatmap; settings: MonitorSettings; sort: 'worst' | 'name' };

export function HeatExport({ heatmap, settings, sort }: Props) {
  const t = useT();
  const name = `drift-${heatmap.monitor}`;
  const csv = () => save(new Blob([heatCsv(heatmap)], { type: 'text/csv;charset=utf-8' }), `${name}.csv`);
  const picture = async () => {
    const { heatPicture, savePicture } = await import('./heatpicture');
    const canvas = heatPicture(
      heatmap,
      inOrder(heatmap, sort),
      (at) => {
        const from = timeName(settings, heatmap.windows[at]?.from ?? 0);
        return settings.time === '' ? from.slice(5) : from;
      },
      {
        title: `${heatmap.monitor}: ${t('heatmap')} · ${t('heatmapMeta', { measure: heatmap.measure.toUpperCase(), n: heatmap.span })}`,
        legend: t('pictureLegend'),
      },
    );
    savePicture(canvas, `${name}.png`);
  };
  return (
    <>
      <Button size="compact-xs" variant="default" aria-label={t('saveCsv')} title={t('saveCsv')} onClick={csv}>
        CSV
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={t('savePng')}
        title={t('savePng')}
        onClick={() => void picture()}
      >
        PNG
      </Button>
    </>
  );
}
