import { useApi } from '../../../api/client';
import { formatShare } from '../../../kit/number';
import { Segments } from '../../../kit/segments';
import { Loaded } from '../../../kit/state';
import type { Monitor, SlicesAnswer } from '../api';
import { useT } from '../text';

const span = 4;

/** How good answers were by the values of a column, in the newest windows. */
export function Slices({
  monitor,
  slice,
  onSlice,
}: {
  monitor: Monitor;
  slice: string;
  onSlice: (slice: string) => void;
}) {
  const t = useT();
  const { slices } = monitor.settings;
  const chosen = slices.includes(slice) ? slice : (slices[0] ?? '');
  const read = useApi<SlicesAnswer>(
    `monitors/${encodeURIComponent(monitor.name)}/windows`,
    { slice: chosen, span, last: 1 },
    { topics: [`monitor/${monitor.name}`], enabled: chosen !== '' },
  );
  return (
    <section className="panel" aria-labelledby="slices">
      <h2 id="slices">
        {t('slices')} <span className="meta">{t('slicesMeta', { n: span })}</span>
        {slices.length > 1 && (
          <span className="panel-verbs">
            <Segments
              label={t('slice')}
              value={chosen}
              onChange={onSlice}
              data={slices.map((value) => ({ value, label: value }))}
            />
          </span>
        )}
      </h2>
      {chosen === '' ? (
        <p className="muted">{t('slicesNone')}</p>
      ) : (
        <Loaded read={read}>{(answer) => <SliceTable answer={answer} slice={chosen} />}</Loaded>
      )}
    </section>
  );
}

function SliceTable({ answer, slice }: { answer: SlicesAnswer; slice: string }) {
  const t = useT();
  if (answer.windows.length === 0) return <p className="muted">{t('slicesEmpty')}</p>;
  const rows = [...answer.windows].sort((a, b) => (a.accuracy ?? 2) - (b.accuracy ?? 2)).slice(0, 100);
  const several = new Set(rows.map((row) => row.variant)).size > 1;
  return (
    <div className="scroll-x table-short" tabIndex={0} role="group" aria-label={t('slices')}>
      <table className="plain">
        <thead>
          <tr>
            <th>{slice}</th>
            {several && <th>{t('variant')}</th>}
            <th className="number">{t('accuracy')}</th>
            <th className="number">95 %</th>
            <th className="number">{t('labels')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.variant} ${row.value}`}>
              <td>{row.value === '' ? <span className="muted">{t('missing')}</span> : row.value}</td>
              {several && (
                <td>
                  {row.model}@{row.version}
                </td>
              )}
              <td className="number">{formatShare(row.accuracy)}</td>
              <td className="number">
                {row.accuracy === undefined
                  ? '–'
                  : `[${formatShare(row.accuracy_low)}, ${formatShare(row.accuracy_high)}]`}
              </td>
              <td className="number">
                {row.labels} / {row.predictions}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
