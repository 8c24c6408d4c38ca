// A dataset: its versions and those that were rejected; of one its columns, checks, rows, readers.
import { useState } from 'react';
import { Button } from '@mantine/core';
import { Link, useLocation, useParams } from 'wouter';
import { useApi } from '../../../api/client';
import { ShortId } from '../../../kit/copy';
import { useKeys } from '../../../kit/keys';
import { formatBytes, formatCount } from '../../../kit/number';
import { usePage } from '../../../kit/page';
import { Empty, Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Table, type Column } from '../../../kit/table';
import { Tabs } from '../../../kit/tabs';
import { Ago } from '../../../kit/time';
import { choice, text, useUrlState } from '../../../kit/urlstate';
import {
  datasetPath,
  datasetUrl,
  type Dataset,
  type DatasetAnswer,
  type DatasetsAnswer,
  type RejectedAnswer,
  type Version,
  type VersionsAnswer,
} from '../api';
import '../data.css';
import { changeOf, countsOf, outcomeKind, timeline, type Entry } from '../model';
import { Consumers, Files, ReadIt, Sample } from '../parts/panels';
import { Profile } from '../parts/profile';
import { Checks } from '../parts/report';
import { useT, wordOf, type T } from '../text';

const tabs = ['profile', 'report', 'sample', 'consumers', 'read'] as const;
type Tab = (typeof tabs)[number];
const schema = { v: text(), tab: choice(['', ...tabs] as const, ''), column: text() };
const pageVersions = 100;

export default function DatasetPage() {
  const t = useT();
  const name = decodeURIComponent(useParams<{ name: string }>().name ?? '');
  const topics = [`dataset/${name}`];
  const read = useApi<DatasetAnswer>(datasetPath(name), {}, { topics, refetchMs: 15_000 });
  const all = useApi<DatasetsAnswer>('datasets');
  usePage({
    title: name,
    crumbs: [
      { label: t('datasets'), path: '/datasets' },
      {
        label: name,
        siblings: (all.data?.datasets ?? [])
          .slice(0, 30)
          .map((one) => ({ label: one.name, path: datasetUrl(one.name) })),
      },
    ],
  });
  return (
    <Loaded read={read} lines={8}>
      {(found) => <Body dataset={found.dataset} topics={topics} />}
    </Loaded>
  );
}

function Body({ dataset, topics }: { dataset: Dataset; topics: string[] }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const [limit, setLimit] = useState(pageVersions);
  const [, navigate] = useLocation();
  const versions = useApi<VersionsAnswer>(
    datasetPath(dataset.name, '/versions'),
    { limit },
    { topics, refetchMs: 15_000 },
  );
  const rejected = useApi<RejectedAnswer>(
    datasetPath(dataset.name, '/rejected'),
    { limit: 200 },
    { topics, refetchMs: 15_000 },
  );
  const entries = timeline(
    versions.data?.versions ?? [],
    rejected.data?.rejected ?? [],
    versions.data?.has_more === false,
  );
  const current =
    entries.find((entry) => entry.id === state.v) ?? entries.find((entry) => entry.version !== undefined) ?? entries[0];
  const before = current?.version && current.version.version > 0 ? current.version.version - 1 : null;
  const diff = before === null ? null : datasetUrl(dataset.name, `/diff/${before}..${before + 1}`);
  useKeys([
    {
      keys: 'd',
      label: t('keyDiff'),
      run: () => {
        if (diff) navigate(diff);
      },
    },
    {
      keys: 'v',
      label: t('keyVersions'),
      run: () => document.querySelector<HTMLElement>('.dataset-versions [role=row][tabindex="0"]')?.focus(),
    },
  ]);
  return (
    <>
      <header className="page-head">
        <div>
          <h1>
            {dataset.name} <span className="chip">{wordOf(t, dataset.kind)}</span>
          </h1>
          {dataset.location !== '' && (
            <p className="meta">
              <code>{dataset.location}</code>
            </p>
          )}
        </div>
      </header>
      <Loaded read={versions} lines={6}>
        {(found) =>
          entries.length === 0 ? (
            <Empty title={t('noVersion')} />
          ) : (
            <div className="dataset-body">
              <div className="dataset-versions">
                <Table<Entry>
                  label={t('versions')}
                  total={entries.length}
                  row={(at) => entries[at]}
                  idOf={(entry) => entry.id}
                  peeked={current?.id ?? ''}
                  onOpen={(entry) => change({ v: entry.id }, { push: true })}
                  columns={columns(t, dataset.kind)}
                />
                {found.has_more && limit < 1000 && (
                  <Button size="xs" variant="default" onClick={() => setLimit(Math.min(1000, limit + pageVersions))}>
                    {t('moreVersions')}
                  </Button>
                )}
              </div>
              {current && (
                <VersionPanel
                  dataset={dataset}
                  entry={current}
                  tab={state.tab === '' ? (current.rejected ? 'report' : 'profile') : state.tab}
                  onTab={(tab) => change({ tab })}
                  column={state.column}
                  onColumn={(column) => change({ column })}
                  diff={diff}
                />
              )}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function columns(t: T, kind: Dataset['kind']): Column<Entry>[] {
  return [
    {
      id: 'version',
      title: t('version'),
      width: 64,
      render: (entry) => <strong>{entry.id}</strong>,
      copy: (entry) => entry.id,
    },
    {
      id: 'change',
      title: kind === 'files' ? t('filesChange') : t('change'),
      width: 92,
      align: 'right',
      render: (entry) =>
        entry.version ? changeOf(entry.version) : <span className="muted">({formatCount(entry.rejected?.rows)})</span>,
      copy: (entry) => (entry.version ? changeOf(entry.version) : ''),
    },
    {
      id: 'checks',
      title: t('checks'),
      width: 122,
      render: (entry) => <Outcome entry={entry} />,
      copy: (entry) => entry.version?.outcome ?? 'rejected',
    },
    { id: 'age', title: t('age'), render: (entry) => <Ago ms={entry.at} />, copy: (entry) => String(entry.at) },
  ];
}

function Outcome({ entry }: { entry: Entry }) {
  const t = useT();
  const counts = countsOf(entry);
  const word = entry.rejected
    ? t('rejected')
    : entry.version?.outcome === 'warned'
      ? t('warned')
      : entry.version?.outcome === 'passed'
        ? t('passed')
        : t('unchecked');
  const total = counts ? counts.passed + counts.warned + counts.failed : 0;
  return (
    <span title={counts ? t('counts', counts) : ''}>
      <Status kind={outcomeKind(entry)}>
        {word}
        {counts && counts.warned + counts.failed > 0 ? ` ${counts.warned + counts.failed}/${total}` : ''}
      </Status>
    </span>
  );
}

function VersionPanel({
  dataset,
  entry,
  tab,
  onTab,
  column,
  onColumn,
  diff,
}: {
  dataset: Dataset;
  entry: Entry;
  tab: Tab;
  onTab: (tab: Tab) => void;
  column: string;
  onColumn: (column: string) => void;
  diff: string | null;
}) {
  const t = useT();
  const names: Record<Tab, string> = {
    profile: dataset.kind === 'files' ? t('content') : t('profile'),
    report: t('report'),
    sample: t('sample'),
    consumers: t('consumers'),
    read: t('read'),
  };
  const shown = tabs.filter(
    (one) =>
      (dataset.kind === 'table' || (one !== 'report' && one !== 'sample')) &&
      !(entry.rejected && (one === 'profile' || one === 'consumers')),
  );
  const now = shown.includes(tab) ? tab : (shown[0] ?? 'read');
  return (
    <section className="panel version-panel" aria-label={`${dataset.name}@${entry.id}`}>
      <h2>
        {dataset.name}@{entry.id} <Outcome entry={entry} />
        {diff && (
          <Link href={diff} className="meta" title="d">
            {t('diffPrevious')}
          </Link>
        )}
        {entry.version && (
          <Link
            href={`/lineage/graph?node=${encodeURIComponent(`dataset:${dataset.name}@${entry.id}`)}`}
            className="meta"
          >
            {t('lineage')}
          </Link>
        )}
      </h2>
      {entry.rejected ? (
        <p className="bad">
          {t('rejectedText')} {entry.rejected.failures}
        </p>
      ) : (
        entry.version && <Facts version={entry.version} kind={dataset.kind} />
      )}
      <Tabs
        label={`${dataset.name}@${entry.id}`}
        tabs={shown.map((id) => ({ id, title: names[id] }))}
        value={now}
        onChange={onTab}
      >
        {now === 'profile' &&
          entry.version &&
          (dataset.kind === 'files' ? (
            <Files name={dataset.name} version={entry.version.version} />
          ) : (
            <Profile
              name={dataset.name}
              version={entry.version.version}
              columns={entry.version.columns}
              chosen={column}
              choose={onColumn}
            />
          ))}
        {now === 'report' && <Checks name={dataset.name} version={entry.id} />}
        {now === 'sample' && <Sample name={dataset.name} version={entry.id} />}
        {now === 'consumers' && <Consumers name={dataset.name} />}
        {now === 'read' && <ReadIt dataset={dataset} version={entry.id} />}
      </Tabs>
    </section>
  );
}

function Facts({ version, kind }: { version: Version; kind: Dataset['kind'] }) {
  const t = useT();
  return (
    <p className="meta version-facts">
      {kind === 'table' && <span>{t('rowsN', { n: version.rows })}</span>}
      <span>
        {t('filesN', { n: version.files })} · {formatBytes(version.bytes)}
      </span>
      <span>
        {version.mode} {changeOf(version)}
      </span>
      {version.source !== '' && (
        <span>
          {t('source')} {version.source}
        </span>
      )}
      {version.message !== '' && <span>“{version.message}”</span>}
      <span>
        {t('digest')} <ShortId id={version.digest} />
      </span>
    </p>
  );
}
