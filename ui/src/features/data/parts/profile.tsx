// A version's columns: what is known of each; the chosen one in full.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useApi } from '../../../api/client';
import { formatCount, formatMetric, formatShare } from '../../../kit/number';
import { Loaded } from '../../../kit/state';
import { datasetPath, type Column, type ColumnSummary, type Statistics } from '../api';
import { show } from '../model';
import { useT } from '../text';
import { Bars } from './bars';

export function Profile({
  name,
  version,
  columns,
  chosen,
  choose,
}: {
  name: string;
  version: number;
  columns: Column[];
  chosen: string;
  choose: (column: string) => void;
}) {
  const read = useApi<Statistics>(datasetPath(name, `/versions/${version}/statistics`));
  return (
    <Loaded read={read} lines={6}>
      {(found) => <Explorer statistics={found} columns={columns} chosen={chosen} choose={choose} />}
    </Loaded>
  );
}

function Explorer({
  statistics,
  columns,
  chosen,
  choose,
}: {
  statistics: Statistics;
  columns: Column[];
  chosen: string;
  choose: (column: string) => void;
}) {
  const t = useT();
  const [q, setQ] = useState('');
  const known = statistics.columns ?? [];
  const shown = known.filter((column) => column.name.toLowerCase().includes(q.trim().toLowerCase()));
  const one = known.find((column) => column.name === chosen);
  const typeOf = (column: ColumnSummary) => columns.find((other) => other.name === column.name)?.type ?? column.kind;
  return (
    <>
      {known.length > 8 && (
        <TextInput
          size="xs"
          className="narrow"
          aria-label={t('filter')}
          placeholder={t('filter')}
          value={q}
          onChange={(event) => setQ(event.currentTarget.value)}
        />
      )}
      {one && <Detail column={one} type={typeOf(one)} rows={statistics.rows} />}
      <div className="scroll-x">
        <table className="plain">
          <thead>
            <tr>
              <th>{t('column')}</th>
              <th>{t('type')}</th>
              <th className="number">{t('nulls')}</th>
              <th className="number">{t('distinct')}</th>
              <th>{t('spread')}</th>
              <th className="number">{t('min')}</th>
              <th className="number">{t('median')}</th>
              <th className="number">{t('max')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((column) => (
              <tr key={column.name}>
                <td>
                  <button
                    type="button"
                    className="link"
                    aria-pressed={column.name === chosen}
                    onClick={() => choose(column.name === chosen ? '' : column.name)}
                  >
                    {column.name}
                  </button>
                </td>
                <td>
                  <code>{typeOf(column)}</code>
                </td>
                <td className={column.nulls > 0 ? 'number warn' : 'number'} title={formatCount(column.nulls)}>
                  {statistics.rows > 0 ? formatShare(column.nulls / statistics.rows) : '–'}
                </td>
                <td className="number">{formatCount(column.distinct)}</td>
                <td>
                  <Spread column={column} />
                </td>
                <td className="number" title={show(column.min)}>
                  {show(column.min)}
                </td>
                <td className="number">{formatMetric(column.median)}</td>
                <td className="number" title={show(column.max)}>
                  {show(column.max)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Spread({ column }: { column: ColumnSummary }) {
  const t = useT();
  if (column.histogram && column.histogram.length > 0) {
    const n = column.histogram.reduce((sum, count) => sum + count, 0);
    return (
      <Bars
        counts={column.histogram}
        label={t('histogramOf', { name: column.name, n: formatCount(n), min: show(column.min), max: show(column.max) })}
      />
    );
  }
  const top = (column.frequent ?? [])
    .slice(0, 3)
    .map((item) => `${show(item.value)} ${formatCount(item.count)}`)
    .join(' · ');
  return (
    <span className="muted top-values" title={top}>
      {top === '' ? '–' : top}
    </span>
  );
}

function Detail({ column, type, rows }: { column: ColumnSummary; type: string; rows: number }) {
  const t = useT();
  const facts: [string, string][] = [
    [t('type'), type],
    [t('nulls'), `${formatCount(column.nulls)} (${rows > 0 ? formatShare(column.nulls / rows) : '–'})`],
    [
      t('distinct'),
      (column.distinct ?? 0) > 512 ? t('about', { n: formatCount(column.distinct) }) : formatCount(column.distinct),
    ],
    [t('min'), show(column.min)],
    [t('max'), show(column.max)],
    [t('mean'), formatMetric(column.mean)],
    [t('stddev'), formatMetric(column.stddev)],
    [
      t('quartiles'),
      column.median === undefined
        ? '–'
        : `${formatMetric(column.q25)} · ${formatMetric(column.median)} · ${formatMetric(column.q75)}`,
    ],
    [t('nans'), formatCount(column.nans)],
    [t('length'), column.shortest === undefined ? '–' : `${column.shortest} – ${column.longest}`],
  ];
  return (
    <section className="column-detail" aria-label={column.name}>
      <h3>{column.name}</h3>
      <div className="detail-columns">
        <div>
          {column.histogram && column.histogram.length > 0 && (
            <>
              <Bars
                counts={column.histogram}
                width={360}
                height={90}
                label={t('histogramOf', {
                  name: column.name,
                  n: formatCount(rows - column.nulls),
                  min: show(column.min),
                  max: show(column.max),
                })}
              />
              <div className="axis meta">
                <span>{show(column.min)}</span>
                <span>{show(column.max)}</span>
              </div>
            </>
          )}
          {(column.frequent ?? []).length > 0 && (
            <>
              <h3>{t('top')}</h3>
              <ul className="frequent">
                {column.frequent?.map((item) => (
                  <li key={show(item.value)}>
                    <span>{show(item.value)}</span>
                    <span className="share" aria-hidden="true">
                      <span style={{ width: `${(item.count / Math.max(1, rows)) * 100}%` }} />
                    </span>
                    <span className="number">{t('atLeast', { n: formatCount(item.count) })}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
        <dl className="facts">
          {facts
            .filter(([, value]) => value !== '–')
            .map(([term, value]) => (
              <div key={term} className="fact">
                <dt>{term}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
      </div>
    </section>
  );
}
