// Another reference of drift: out of what was asked in closed windows, a dataset version, or a file of rows.
import { useState } from 'react';
import { FileInput, NativeSelect } from '@mantine/core';
import { queries, send, sendText, usePosted } from '../../../api/client';
import { Confirm } from '../../../kit/confirm';
import { formatBytes, formatCount, formatMetric } from '../../../kit/number';
import { Segments } from '../../../kit/segments';
import type { Heatmap, HeatmapWindow, MonitorSettings, ReferenceAnswer } from '../api';
import { useT } from '../text';
import { DatasetChoice, nameOf, useTables } from './referencedataset';
import { timeName } from './wording';

type Props = { name: string; settings: MonitorSettings; heatmap: Heatmap | undefined };
type Span = { from: number; to: number };
type Source = 'windows' | 'dataset' | 'file';

const bytesMax = 64 * 1024 * 1024; // As the server's.

export function SetReference({ name, settings, heatmap }: Props) {
  const t = useT();
  const path = `monitors/${encodeURIComponent(name)}/reference`;
  const closed = (heatmap?.windows ?? []).filter((window) => window.state === 'closed');
  const [wanted, setSource] = useState<Source | null>(null);
  const [span, setSpan] = useState<Span | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [opened, setOpened] = useState(false);
  const tables = useTables(name, opened);
  // The oldest quarter: what it was like before.
  const first = closed[0];
  const quarter = closed[Math.max(0, Math.ceil(closed.length / 4) - 1)];
  const chosen = span ?? (first && quarter ? { from: first.from, to: quarter.to } : null);
  const sources: Source[] = [
    ...(chosen === null ? [] : ['windows' as const]),
    ...(tables.value === null ? [] : ['dataset' as const]),
    'file',
  ];
  const source = sources.find((one) => one === wanted) ?? sources[0] ?? 'file';
  const body = source === 'dataset' ? tables.value && { dataset: nameOf(tables.value) } : chosen;
  const run = async () => {
    if (source !== 'file') {
      await send('POST', path, body);
    } else {
      if (!file) throw new Error(t('noFile'));
      if (file.size > bytesMax) throw new Error(t('fileTooLong', { size: formatBytes(file.size) }));
      await sendText('PUT', path, file, 'text/csv');
    }
    await queries.invalidateQueries();
  };
  const labels = { windows: t('referenceWindows'), dataset: t('referenceDataset'), file: t('referenceFile') };
  return (
    <Confirm
      label={t('setReference')}
      opened={opened}
      onOpened={setOpened}
      run={run}
      {...(settings.drift ? {} : { disabledWhy: t('heatmapNone') })}
      effect={
        <div className="verb-form">
          <Segments
            label={t('referenceFrom')}
            value={source}
            onChange={setSource}
            data={sources.map((one) => ({ value: one, label: labels[one] }))}
          />
          {source === 'file' && (
            <FileInput
              size="xs"
              label={t('referenceCsv')}
              description={t('referenceColumns', { columns: columnsOf(settings).join(', ') })}
              placeholder="ROWS.csv"
              accept=".csv,text/csv"
              value={file}
              onChange={setFile}
            />
          )}
          {source === 'dataset' && <DatasetChoice tables={tables} columns={columnsOf(settings)} />}
          {source === 'windows' && chosen && (
            <WindowChoice settings={settings} closed={closed} span={chosen} onSpan={setSpan} />
          )}
          {source !== 'file' && opened && body && <Preview path={path} body={body} />}
          <p className="meta">{t('referenceEffect')}</p>
        </div>
      }
    />
  );
}

function WindowChoice({
  settings,
  closed,
  span,
  onSpan,
}: {
  settings: MonitorSettings;
  closed: HeatmapWindow[];
  span: Span;
  onSpan: (span: Span) => void;
}) {
  const t = useT();
  return (
    <div className="verb-fields">
      <NativeSelect
        size="xs"
        label={t('referenceFirst')}
        value={String(span.from)}
        data={closed.map((one) => ({ value: String(one.from), label: timeName(settings, one.from) }))}
        onChange={(event) => onSpan({ ...span, from: Number(event.currentTarget.value) })}
      />
      <NativeSelect
        size="xs"
        label={t('referenceLast')}
        value={String(span.to)}
        data={closed.map((one) => ({ value: String(one.to), label: timeName(settings, one.from) }))}
        onChange={(event) => onSpan({ ...span, to: Number(event.currentTarget.value) })}
      />
    </div>
  );
}

function columnsOf(settings: MonitorSettings): string[] {
  return [...(settings.drift?.columns ?? []), ...(settings.time === '' ? [] : [settings.time])];
}

/** What the reference would be. */
function Preview({ path, body }: { path: string; body: Span | { dataset: string } }) {
  const t = useT();
  // Of another choice the former answer is none.
  const read = usePosted<ReferenceAnswer>(path, { ...body, dry_run: true }, { keep: false });
  if (read.error)
    return (
      <p className="bad" role="alert">
        {read.error.status === 401 ? t('previewSignIn') : read.error.message}
      </p>
    );
  if (!read.data) return <p className="muted">{'dataset' in body ? t('referenceReading') : '…'}</p>;
  const { rows, windows, unreadable, columns, rows_before: before, dataset, version } = read.data;
  return (
    <div aria-live="polite">
      <p>
        {dataset === undefined
          ? t('referenceRows', { rows: formatCount(rows), n: windows })
          : t('referenceOfDataset', { rows: formatCount(rows), name: `${dataset}@${version ?? ''}` })}
        {before !== undefined && ` ${t('referenceBefore', { rows: formatCount(before) })}`}
        {unreadable > 0 && ` ${t('referenceUnreadable', { rows: formatCount(unreadable) })}`}
      </p>
      <div className="scroll-x reference-preview" tabIndex={0} role="group" aria-label={t('threshold')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('column')}</th>
              <th scope="col" className="number">
                {t('thresholdNow')}
              </th>
              <th scope="col" className="number">
                {t('thresholdThen')}
              </th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.column}>
                <td>{column.column}</td>
                <td className="number">{formatMetric(column.threshold_before)}</td>
                <td className="number">{formatMetric(column.threshold)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
