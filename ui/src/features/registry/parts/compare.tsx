// Two versions of a model beside each other: what they measured, what they take and give, their files.
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { ShortId } from '../../../kit/copy';
import { formatBytes, formatDelta, formatMetric } from '../../../kit/number';
import { Loaded } from '../../../kit/state';
import { Ago } from '../../../kit/time';
import type { Compared, Comparison } from '../api';
import { useT } from '../text';

type Pair = { a: number; b: number };

export function ComparePanel({
  model,
  versions,
  pair,
  champion,
  onPair,
}: {
  model: string;
  versions: number[];
  pair: Pair;
  champion: number | null;
  onPair: (pair: Pair) => void;
}) {
  const t = useT();
  const read = useApi<Comparison>(
    `registered-models/${encodeURIComponent(model)}/compare`,
    { a: pair.a, b: pair.b },
    { topics: [`model/${model}`] },
  );
  const picker = (side: 'a' | 'b', label: string) => (
    <label>
      {label}{' '}
      <select
        value={pair[side]}
        onChange={(event) => onPair({ ...pair, [side]: Number(event.currentTarget.value) })}
        data-side={side}
      >
        {[...new Set([...versions, pair[side]])].map((version) => (
          <option key={version} value={version}>
            {version}
            {version === champion ? ` (${t('champion')})` : ''}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section className="panel model-compare" aria-labelledby="compare-title">
      <h2 id="compare-title">{t('compare')}</h2>
      <div className="toolbar">
        {picker('a', t('compare_base'))}
        {picker('b', t('compare_with'))}
      </div>
      <Loaded read={read} lines={5}>
        {(found) => <Tables found={found} />}
      </Loaded>
    </section>
  );
}

function Tables({ found }: { found: Comparison }) {
  const t = useT();
  return (
    <div className="compare-tables">
      <Facts found={found} />
      <Metrics found={found} />
      <Texts
        title={t('signature')}
        none={!found.a.has_signature && !found.b.has_signature}
        note={
          found.a.has_signature || found.b.has_signature ? t('same', { n: found.signature_same }) : t('no_signature')
        }
        rows={found.signature.map((one) => ({
          key: `${t(partWords[one.part] ?? 'inputs')} ${one.name}`,
          ...both(one),
        }))}
        found={found}
      />
      <Texts
        title={t('params')}
        note={t('same', { n: found.params_same })}
        rows={found.params.map((one) => ({ key: one.key, ...both(one) }))}
        found={found}
      />
      <Texts
        title={t('files')}
        note={t('same', { n: found.files_same })}
        rows={found.files.map((one) => ({
          key: one.path,
          ...both({ a: fileText(one.a_sha256, one.a_bytes), b: fileText(one.b_sha256, one.b_bytes) }),
        }))}
        found={found}
      />
      {found.has_more && <p className="meta">{t('rows_more')}</p>}
    </div>
  );
}

const partWords: Record<string, 'inputs' | 'outputs' | 'parameters'> = {
  inputs: 'inputs',
  outputs: 'outputs',
  params: 'parameters',
};

function fileText(sha256: string | undefined, bytes: number | undefined): string | undefined {
  return sha256 === undefined ? undefined : `${formatBytes(bytes)} · ${sha256.slice(0, 8)}`;
}

function both(pair: { a?: string | undefined; b?: string | undefined }): { a: string | null; b: string | null } {
  return { a: pair.a ?? null, b: pair.b ?? null };
}

function Heads({ found, delta }: { found: Comparison; delta?: boolean }) {
  const t = useT();
  return (
    <thead>
      <tr>
        <th scope="col">
          <span className="sr-only">{t('name')}</span>
        </th>
        <th scope="col" className={delta ? 'number' : ''}>
          {t('version')} {found.a.version}
        </th>
        <th scope="col" className={delta ? 'number' : ''}>
          {t('version')} {found.b.version}
        </th>
        {delta && (
          <th scope="col" className="number">
            {t('delta')}
          </th>
        )}
      </tr>
    </thead>
  );
}

function Facts({ found }: { found: Comparison }) {
  const t = useT();
  const sides = [found.a, found.b];
  const row = (title: string, cell: (side: Compared) => React.ReactNode) => (
    <tr>
      <th scope="row">{title}</th>
      {sides.map((side, at) => (
        <td key={at}>{cell(side)}</td>
      ))}
    </tr>
  );
  return (
    <table className="plain">
      <Heads found={found} />
      <tbody>
        {row(t('aliases'), (side) =>
          side.aliases.map((alias) => (
            <span key={alias} className="chip">
              {alias}
            </span>
          )),
        )}
        {row(t('run'), (side) =>
          side.run ? (
            <Link href={`/runs/${side.run}`}>{side.run_name ?? side.run.slice(0, 8)}</Link>
          ) : (
            <span className="muted">{t('no_run')}</span>
          ),
        )}
        {row(t('commit'), (side) => (side.commit ? <ShortId id={side.commit} /> : <span className="muted">–</span>))}
        {row(t('created'), (side) => (
          <Ago ms={side.created_ms} />
        ))}
        {row(t('size'), (side) => `${formatBytes(side.bytes)} · ${t('file_count', { n: side.files })}`)}
      </tbody>
    </table>
  );
}

function Metrics({ found }: { found: Comparison }) {
  const t = useT();
  return (
    <div>
      <h3>{t('metrics')}</h3>
      {found.metrics.length === 0 ? (
        <p className="muted">{t('no_metrics')}</p>
      ) : (
        <table className="plain">
          <Heads found={found} delta />
          <tbody>
            {found.metrics.map((one) => (
              <tr key={one.key} data-metric={one.key}>
                <th scope="row">{one.key}</th>
                <td className="number" title={String(one.a ?? '')}>
                  {formatMetric(one.a)}
                </td>
                <td className="number" title={String(one.b ?? '')}>
                  {formatMetric(one.b)}
                </td>
                <td className="number">
                  {one.a === undefined || one.b === undefined ? '–' : formatDelta(Number(one.b) - Number(one.a))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

type Row = { key: string; a: string | null; b: string | null };

function Texts({
  title,
  note,
  rows,
  found,
  none,
}: {
  title: string;
  note: string;
  rows: Row[];
  found: Comparison;
  none?: boolean; // There is nothing to compare.
}) {
  const t = useT();
  const cell = (text: string | null) =>
    text === null ? <span className="muted">{t('absent')}</span> : <code>{text}</code>;
  return (
    <div>
      <h3>
        {title} <span className="meta">{note}</span>
      </h3>
      {rows.length === 0 ? (
        none !== true && <p className="muted">{t('no_difference')}</p>
      ) : (
        <table className="plain">
          <Heads found={found} />
          <tbody>
            {rows.map((row) => (
              <tr key={row.key} data-differs={row.key}>
                <th scope="row">{row.key}</th>
                <td>{cell(row.a)}</td>
                <td>{cell(row.b)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
