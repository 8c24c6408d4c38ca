import { Link, useLocation } from 'wouter';
import { useApi } from '../../../api/client';
import { Snippet } from '../../../kit/copy';
import { formatShare } from '../../../kit/number';
import { usePage } from '../../../kit/page';
import { Empty, Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Table, type Column } from '../../../kit/table';
import type { Accuracy, Alert, AlertsAnswer, Heatmap, Monitor, MonitorsAnswer } from '../api';
import { Spark } from '../parts/spark';
import { ratioName, timeName } from '../parts/wording';
import { useT } from '../text';
import '../watch.css';

const example = `monitors:
  demand:
    endpoint: demand
    time: week              # a column of the requests
    slices: [store]
    drift: {columns: [deal, feat]}

galley monitor apply`;
const recent = 12; // Windows that a row of the list shows.

export default function MonitorsPage() {
  const t = useT();
  const [, navigate] = useLocation();
  const read = useApi<MonitorsAnswer>('monitors', {}, { topics: ['alert'] });
  const firing = useApi<AlertsAnswer>('alerts', { state: 'firing' }, { topics: ['alert'] });
  usePage({ title: t('monitors'), crumbs: [{ label: t('monitors') }] });
  return (
    <>
      <div className="page-head">
        <h1>{t('monitors')}</h1>
      </div>
      <Loaded read={read}>
        {({ monitors }) =>
          monitors.length === 0 ? (
            <Empty title={t('noMonitors')}>
              <p>{t('noMonitorsText')}</p>
              <Snippet text={example} />
            </Empty>
          ) : (
            <MonitorTable
              monitors={monitors}
              firing={firing.data?.alerts ?? []}
              open={(monitor) => navigate(pathOf(monitor))}
            />
          )
        }
      </Loaded>
    </>
  );
}

function pathOf(monitor: Monitor): string {
  return `/monitors/${encodeURIComponent(monitor.name)}`;
}

function MonitorTable({
  monitors,
  firing,
  open,
}: {
  monitors: Monitor[];
  firing: Alert[];
  open: (monitor: Monitor) => void;
}) {
  const t = useT();
  const firingOf = (monitor: Monitor) => firing.filter((alert) => alert.settings.monitor === monitor.name).length;
  const columns: Column<Monitor>[] = [
    {
      id: 'name',
      title: t('name'),
      width: 180,
      copy: (row) => row.name,
      render: (row) => <Link href={pathOf(row)}>{row.name}</Link>,
    },
    {
      id: 'alerts',
      title: t('alerts'),
      width: 110,
      copy: (row) => String(firingOf(row)),
      render: (row) =>
        firingOf(row) > 0 ? (
          <Status kind="firing">{t('firingN', { n: firingOf(row) })}</Status>
        ) : (
          <span className="muted">0</span>
        ),
    },
    { id: 'endpoint', title: t('endpoint'), width: 150, copy: (row) => row.settings.endpoint, render: EndpointCell },
    { id: 'accuracy', title: t('accuracy'), width: 370, render: (row) => <AccuracyCell monitor={row} /> },
    { id: 'drift', title: t('drift'), width: 190, render: (row) => <DriftCell monitor={row} /> },
    {
      id: 'closed',
      title: t('closedThrough'),
      width: 130,
      copy: (row) => String(row.closed_through ?? ''),
      render: (row) =>
        row.closed_through === undefined ? (
          <span className="muted">–</span>
        ) : (
          timeName(row.settings, row.closed_through)
        ),
    },
  ];
  return (
    <Table
      label={t('monitors')}
      columns={columns}
      total={monitors.length}
      row={(index) => monitors[index]}
      idOf={(row) => row.name}
      onOpen={open}
    />
  );
}

function EndpointCell({ settings }: Monitor) {
  return <Link href={`/endpoints/${encodeURIComponent(settings.endpoint)}`}>{settings.endpoint}</Link>;
}

function AccuracyCell({ monitor }: { monitor: Monitor }) {
  const t = useT();
  const { data } = useApi<Accuracy>(
    `monitors/${encodeURIComponent(monitor.name)}/accuracy`,
    { last: recent },
    { topics: [`monitor/${monitor.name}`] },
  );
  if (!data) return <span className="muted">…</span>;
  const newest = [...data.windows].reverse().find((window) => window.accuracy !== undefined);
  if (!newest) return <Status kind="no_data" />;
  return (
    <>
      <Spark values={data.windows.map((window) => window.accuracy ?? null)} /> {formatShare(newest.accuracy, 1)}{' '}
      <span className="muted">
        [{formatShare(newest.accuracy_low, 1)}, {formatShare(newest.accuracy_high, 1)}] n {newest.labels} ·{' '}
        {t('windowN', { window: timeName(monitor.settings, newest.from) })}
      </span>
    </>
  );
}

/** The worst column of the newest closed windows. */
function DriftCell({ monitor }: { monitor: Monitor }) {
  const t = useT();
  const { data } = useApi<Heatmap>(
    `monitors/${encodeURIComponent(monitor.name)}/heatmap`,
    { last: recent, columns: 1 },
    { topics: [`monitor/${monitor.name}`], enabled: monitor.settings.drift !== undefined },
  );
  if (!monitor.settings.drift) return <span className="muted">{t('driftNone')}</span>;
  if (!data) return <span className="muted">…</span>;
  const worst = data.columns[0];
  const at = data.windows.map((window) => window.state).lastIndexOf('closed');
  const distance = worst?.distances[at];
  if (!worst || distance === null || distance === undefined) {
    return <Status kind="no_data">{data.columns_total === 0 ? t('noReference') : t('noData')}</Status>;
  }
  return (
    <Status kind={worst.beyond[at] ? 'warning' : 'succeeded'}>
      {worst.column} {ratioName(distance, worst.threshold)} ×
    </Status>
  );
}
