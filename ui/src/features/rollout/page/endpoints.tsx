import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useApi } from '../../../api/client';
import { useSaid } from '../../../api/said';
import { Snippet } from '../../../kit/copy';
import { formatCount, formatMetric, formatShare } from '../../../kit/number';
import { usePage } from '../../../kit/page';
import { usePeek } from '../../../kit/peek';
import { Empty, Loaded } from '../../../kit/state';
import { Status, statusOf } from '../../../kit/status';
import { Table, type Column } from '../../../kit/table';
import { Ago } from '../../../kit/time';
import type { ServingAnswer, ServingEndpoint } from '../api';
import { formatWeight, phaseStatus } from '../parts/words';
import '../rollout.css';
import { useT } from '../text';

const minutes = 10;
type Sorter = (line: ServingEndpoint) => string | number;
const sorters: Record<string, Sorter> = {
  name: (line) => line.name,
  state: (line) => line.state,
  champion: (line) => `${line.model}@${line.version}`,
  requests: (line) => line.requests,
  rps: (line) => line.rps,
  errors: (line) => (line.failed + line.degraded) / Math.max(1, line.requests),
  p99: (line) => line.p99_ms ?? -1,
  rollout: (line) => line.rollout?.phase ?? '',
  plan: (line) => line.plan ?? '',
};

/** All endpoints are here at once, so the page itself may sort them. */
function sorted(lines: readonly ServingEndpoint[], sort: string): ServingEndpoint[] {
  const sign = sort.startsWith('-') ? -1 : 1;
  const by = sorters[sort.replace(/^-/, '')];
  if (!by) return [...lines];
  return [...lines].sort((a, b) => {
    const [x, y] = [by(a), by(b)];
    return sign * (x < y ? -1 : x > y ? 1 : 0);
  });
}

function useColumns(): Column<ServingEndpoint>[] {
  const t = useT();
  const said = useSaid();
  const known = ['ready', 'loading', 'failed', 'unknown'] as const;
  const stateOf = (state: string) => known.find((one) => one === state) ?? 'unknown';
  return [
    {
      id: 'name',
      title: t('endpoint'),
      width: 150,
      sortable: true,
      copy: (row) => row.name,
      render: (row) => <Link href={`/endpoints/${row.name}`}>{row.name}</Link>,
    },
    {
      id: 'state',
      title: t('state'),
      width: 96,
      sortable: true,
      copy: (row) => row.state,
      render: (row) => (
        <span title={said(row.reason)}>
          <Status kind={statusOf(row.state)}>{t(stateOf(row.state))}</Status>
        </span>
      ),
    },
    {
      id: 'champion',
      title: t('champion'),
      width: 220,
      sortable: true,
      copy: (row) => `${row.model}@${row.version}`,
      render: (row) => (
        <>
          <code>
            {row.model}@{row.version}
          </code>{' '}
          <span className="meta">
            {t('since')} <Ago ms={row.since_ms} />
          </span>
        </>
      ),
    },
    {
      id: 'requests',
      title: t('traffic10'),
      width: 124,
      align: 'right',
      sortable: true,
      copy: (row) => String(row.requests),
      render: (row) => formatCount(row.requests),
    },
    {
      id: 'rps',
      title: t('rate'),
      width: 88,
      align: 'right',
      sortable: true,
      copy: (row) => String(row.rps),
      render: (row) => formatMetric(row.rps, 3),
    },
    {
      id: 'errors',
      title: t('errors'),
      width: 80,
      align: 'right',
      sortable: true,
      copy: (row) => String(row.failed + row.degraded),
      render: (row) =>
        row.requests === 0 ? (
          '–'
        ) : (
          <span title={`${row.failed + row.degraded} / ${row.requests}`} className={row.failed > 0 ? 'bad' : ''}>
            {formatShare((row.failed + row.degraded) / row.requests)}
          </span>
        ),
    },
    {
      id: 'p99',
      title: t('p99'),
      width: 90,
      align: 'right',
      sortable: true,
      copy: (row) => String(row.p99_ms ?? ''),
      render: (row) => (row.p99_ms === undefined ? '–' : `${formatMetric(row.p99_ms, 3)} ms`),
    },
    {
      id: 'rollout',
      title: t('under_way'),
      width: 240,
      sortable: true,
      copy: (row) => row.rollout?.phase ?? '',
      render: (row) =>
        row.rollout && (
          <Link href={`/rollouts/${row.rollout.number}`} title={said(row.rollout.reason)}>
            <Status kind={phaseStatus(row.rollout.phase)}>{t(row.rollout.phase)}</Status> {row.rollout.model}@
            {row.rollout.version} · {formatWeight(row.rollout.weight)}
          </Link>
        ),
    },
    {
      id: 'plan',
      title: t('plan'),
      sortable: true,
      copy: (row) => row.plan ?? '',
      render: (row) => row.plan && <span className="chip">{row.plan}</span>,
    },
  ];
}

export default function EndpointsPage() {
  const t = useT();
  const columns = useColumns();
  const [, navigate] = useLocation();
  const [sort, setSort] = useState('name');
  usePage({ title: t('endpoints'), crumbs: [{ label: t('endpoints') }] });
  const read = useApi<ServingAnswer>('serving', { minutes }, { topics: ['event'], refetchMs: 5000 });
  return (
    <>
      <div className="page-head">
        <h1>{t('endpoints')}</h1>
      </div>
      <Loaded read={read}>
        {(serving) =>
          serving.endpoints.length === 0 ? (
            <Empty title={t('none_yet')}>
              <p>{t('none_text')}</p>
              <Snippet text="galley endpoint create NAME --model MODEL@1" />
            </Empty>
          ) : (
            <Shown
              lines={sorted(serving.endpoints, sort)}
              columns={columns}
              sort={sort}
              onSort={setSort}
              onOpen={(line) => navigate(`/endpoints/${line.name}`)}
            />
          )
        }
      </Loaded>
    </>
  );
}

function Shown({
  lines,
  columns,
  sort,
  onSort,
  onOpen,
}: {
  lines: ServingEndpoint[];
  columns: Column<ServingEndpoint>[];
  sort: string;
  onSort: (sort: string) => void;
  onOpen: (line: ServingEndpoint) => void;
}) {
  const t = useT();
  const [peek, setPeek] = usePeek();
  return (
    <Table
      label={t('endpoints')}
      columns={columns}
      total={lines.length}
      row={(index) => lines[index]}
      idOf={(line) => line.name}
      sort={sort}
      onSort={onSort}
      onOpen={onOpen}
      onPeek={(line) => setPeek({ kind: 'endpoint', id: line.name })}
      {...(peek?.kind === 'endpoint' ? { peeked: peek.id } : {})}
    />
  );
}
