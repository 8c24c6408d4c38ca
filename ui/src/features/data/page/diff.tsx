// Two versions of a dataset: columns, counts, how values moved.
import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { useApi } from '../../../api/client';
import { formatBytes, formatCount, formatDelta, formatMetric, formatShare } from '../../../kit/number';
import { usePage } from '../../../kit/page';
import { Empty, Loaded } from '../../../kit/state';
import { Status, type StatusKind } from '../../../kit/status';
import { text, useUrlState } from '../../../kit/urlstate';
import {
  datasetPath,
  datasetUrl,
  type ContractAnswer,
  type Dataset,
  type DatasetAnswer,
  type Difference,
  type Statistics,
  type TreeFile,
  type VersionsAnswer,
} from '../api';
import '../data.css';
import { boxesOf, keysOf, rangeOf, type Box } from '../model';
import { BoxLine } from '../parts/bars';
import { Samples } from '../parts/samples';
import { useT } from '../text';

const schema = { keys: text() };
const samplesMax = 20;

export default function DiffPage() {
  const t = useT();
  const params = useParams<{ name: string; range: string }>();
  const name = decodeURIComponent(params.name ?? '');
  const range = rangeOf(params.range ?? '');
  const title = range ? t('compare', { name, from: String(range.from), to: String(range.to) }) : name;
  usePage({
    title,
    crumbs: [
      { label: t('datasets'), path: '/datasets' },
      { label: name, path: datasetUrl(name) },
      { label: params.range ?? '' },
    ],
  });
  const read = useApi<DatasetAnswer>(datasetPath(name));
  if (!range) return <Empty title={t('badRange', { range: params.range ?? '' })} />;
  return (
    <>
      <h1>{title}</h1>
      <Loaded read={read}>{(found) => <Body dataset={found.dataset} range={range} />}</Loaded>
    </>
  );
}

function Body({ dataset, range }: { dataset: Dataset; range: { from: number; to: number } }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const contract = useApi<ContractAnswer>(datasetPath(dataset.name, '/contract'));
  // `-` in the URL: none, also where the contract names some.
  const keys = state.keys === '-' ? '' : state.keys !== '' ? state.keys : keysOf(contract.data?.contract.checks ?? []);
  const [draft, setDraft] = useState<string | null>(null);
  const typed = draft ?? keys;
  const setKeys = () => {
    if (draft !== null) change({ keys: draft.trim() === '' ? '-' : draft.trim() });
    setDraft(null);
  };
  const [, navigate] = useLocation();
  const versions = useApi<VersionsAnswer>(datasetPath(dataset.name, '/versions'), { limit: 1000 });
  const wanted = { ...range, keys, ...(dataset.kind === 'files' ? { limit: 500 } : { samples: samplesMax }) };
  const difference = useApi<Difference>(datasetPath(dataset.name, '/diff'), wanted, {
    keep: false,
    enabled: !contract.isPending,
  });
  const names = (versions.data?.versions ?? []).map((version) => String(version.version));
  const go = (from: number, to: number) =>
    navigate(
      `${datasetUrl(dataset.name, `/diff/${from}..${to}`)}${state.keys === '' ? '' : `?keys=${encodeURIComponent(state.keys)}`}`,
    );
  const combobox = { comboboxProps: { transitionProps: { duration: 0 } }, allowDeselect: false, size: 'xs' as const };
  return (
    <>
      <form
        className="toolbar diff-tools"
        onSubmit={(event) => {
          event.preventDefault();
          setKeys();
        }}
      >
        <Select
          {...combobox}
          label={t('from')}
          data={names}
          value={String(range.from)}
          onChange={(value) => go(Number(value), range.to)}
          searchable
        />
        <Select
          {...combobox}
          label={t('to')}
          data={names}
          value={String(range.to)}
          onChange={(value) => go(range.from, Number(value))}
          searchable
        />
        <Button size="xs" variant="default" onClick={() => go(range.to, range.from)}>
          {t('swap')}
        </Button>
        {dataset.kind === 'table' && (
          <TextInput
            size="xs"
            label={t('keys')}
            title={t('keysHelp')}
            value={typed}
            placeholder="id, week"
            onChange={(event) => setDraft(event.currentTarget.value)}
            onBlur={setKeys}
          />
        )}
      </form>
      <Loaded read={difference} lines={5}>
        {(found) => (
          <>
            <Counts difference={found} kind={dataset.kind} keyed={keys !== ''} />
            {dataset.kind === 'files' ? (
              <FilesDiff files={found.files ?? []} more={found.has_more === true} />
            ) : (
              <>
                <Schema difference={found} />
                <Samples samples={found.samples ?? []} keys={keys} />
              </>
            )}
          </>
        )}
      </Loaded>
      {dataset.kind === 'table' && <Shifts name={dataset.name} range={range} />}
    </>
  );
}

function Counts({ difference, kind, keyed }: { difference: Difference; kind: Dataset['kind']; keyed: boolean }) {
  const t = useT();
  const tiles: [string, number, string][] = [
    [t('added'), difference.added, 'added'],
    [t('removed'), difference.removed, 'removed'],
    ...(keyed || kind === 'files' ? [[t('changed'), difference.changed, 'changed'] as [string, number, string]] : []),
    [t('same'), difference.same, 'same'],
  ];
  return (
    <div className="tiles">
      {tiles.map(([word, count, id]) => (
        <div key={id} className="tile">
          <div className="tile-name">
            {word} ({kind === 'files' ? t('files') : t('rows')})
          </div>
          <div className="tile-number" title={String(count)} data-count={id}>
            {formatCount(count)}
          </div>
        </div>
      ))}
    </div>
  );
}

function Schema({ difference }: { difference: Difference }) {
  const t = useT();
  const columns = difference.columns ?? [];
  return (
    <section className="panel">
      <h2>{t('schema')}</h2>
      {columns.length === 0 ? (
        <p className="muted">{t('sameSchema')}</p>
      ) : (
        <table className="plain">
          <thead>
            <tr>
              <th>{t('column')}</th>
              <th>{t('before')}</th>
              <th>{t('after')}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.name}>
                <td>{column.name}</td>
                <td>
                  {column.before === '' ? <span className="good">{t('newColumn')}</span> : <code>{column.before}</code>}
                </td>
                <td>
                  {column.after === '' ? <span className="bad">{t('goneColumn')}</span> : <code>{column.after}</code>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function FilesDiff({ files, more }: { files: TreeFile[]; more: boolean }) {
  const t = useT();
  const kinds: Record<string, StatusKind> = { added: 'succeeded', removed: 'aborted', changed: 'warning' };
  const words: Record<string, string> = { added: t('added'), removed: t('removed'), changed: t('changed') };
  if (files.length === 0) return <Empty title={t('equal')} />;
  return (
    <section className="panel">
      <table className="plain">
        <thead>
          <tr>
            <th>{t('file')}</th>
            <th>{t('state')}</th>
            <th className="number">{t('size')}</th>
          </tr>
        </thead>
        <tbody>
          {files.map((file) => (
            <tr key={file.path}>
              <td>{file.path}</td>
              <td>
                <Status kind={kinds[file.change] ?? 'unknown'}>{words[file.change] ?? file.change}</Status>
              </td>
              <td className="number">{formatBytes(file.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more && <p className="meta">{t('filesMore')}</p>}
    </section>
  );
}

/** Each column of both versions on one axis. */
function Shifts({ name, range }: { name: string; range: { from: number; to: number } }) {
  const t = useT();
  const before = useApi<Statistics>(datasetPath(name, `/versions/${range.from}/statistics`));
  const after = useApi<Statistics>(datasetPath(name, `/versions/${range.to}/statistics`));
  return (
    <section className="panel">
      <h2>{t('values')}</h2>
      <Loaded read={before}>
        {(old) => <Loaded read={after}>{(now) => <ShiftTable before={old} after={now} range={range} />}</Loaded>}
      </Loaded>
    </section>
  );
}

function ShiftTable({
  before,
  after,
  range,
}: {
  before: Statistics;
  after: Statistics;
  range: { from: number; to: number };
}) {
  const t = useT();
  const names = [...new Set([...(after.columns ?? []), ...(before.columns ?? [])].map((column) => column.name))];
  const share = (nulls: number | undefined, rows: number) =>
    nulls === undefined || rows === 0 ? '–' : formatShare(nulls / rows);
  return (
    <div className="scroll-x">
      <table className="plain">
        <thead>
          <tr>
            <th>{t('column')}</th>
            <th>
              {range.from} / {range.to}
            </th>
            <th className="number">
              {t('mean')} {range.from}
            </th>
            <th className="number">
              {t('mean')} {range.to}
            </th>
            <th className="number">{t('shift')}</th>
            <th className="number">{t('nulls')}</th>
            <th className="number">{t('distinct')}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const old = before.columns?.find((column) => column.name === name);
            const now = after.columns?.find((column) => column.name === name);
            const [first, second] = boxesOf([old, now]);
            const has_means = old?.mean !== undefined && now?.mean !== undefined;
            return (
              <tr key={name}>
                <td>{name}</td>
                <td>
                  <Boxes name={name} first={first ?? null} second={second ?? null} range={range} />
                </td>
                <td className="number">{formatMetric(old?.mean)}</td>
                <td className="number">{formatMetric(now?.mean)}</td>
                <td className="number">{has_means ? formatDelta(Number(now.mean) - Number(old.mean)) : '–'}</td>
                <td className="number">
                  {share(old?.nulls, before.rows)} → {share(now?.nulls, after.rows)}
                </td>
                <td className="number">
                  {formatCount(old?.distinct)} → {formatCount(now?.distinct)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Boxes({
  name,
  first,
  second,
  range,
}: {
  name: string;
  first: Box | null;
  second: Box | null;
  range: { from: number; to: number };
}) {
  const t = useT();
  if (!first && !second) return <span className="muted">–</span>;
  return (
    <span className="boxes">
      {first && <BoxLine box={first} label={t('spreadOf', { name, version: String(range.from) })} />}
      {second && <BoxLine box={second} label={t('spreadOf', { name, version: String(range.to) })} />}
    </span>
  );
}
