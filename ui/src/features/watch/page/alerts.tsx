import { useMemo } from 'react';
import { Button } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { useApi } from '../../../api/client';
import { Said } from '../../../api/said';
import { Snippet } from '../../../kit/copy';
import { formatDuration, formatMetric } from '../../../kit/number';
import { usePage } from '../../../kit/page';
import { Segments } from '../../../kit/segments';
import { Empty, Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Table, type Column } from '../../../kit/table';
import { Ago, Time } from '../../../kit/time';
import { choice, text, useUrlState } from '../../../kit/urlstate';
import type { Alert, AlertsAnswer, Monitor, MonitorsAnswer } from '../api';
import { alertKind, alertPath, byUrgency, stateName, windowName } from '../parts/wording';
import { useT, type T } from '../text';
import '../watch.css';

const states = ['all', 'firing', 'pending', 'inactive', 'resolved'] as const;
const schema = { state: choice(states, 'all'), rule: text() };
const example = `alerts:
  accuracy: {monitor: demand, expr: "accuracy < 0.9", span: 4, min_labels: 2000, for: 1}
  drift:    {monitor: demand, expr: drift}
  latency:  {endpoint: demand, expr: "p99_ms > 100", seconds: 60, min_requests: 100}

galley alert apply`;
const historyShown = 50;

export default function AlertsPage() {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const read = useApi<AlertsAnswer>('alerts', {}, { topics: ['alert'] });
  const monitors = useApi<MonitorsAnswer>('monitors', {}, { topics: ['alert'] });
  usePage({ title: t('alerts'), crumbs: [{ label: t('incidents'), path: '/incidents' }, { label: t('alerts') }] });
  return (
    <>
      <div className="page-head">
        <h1>{t('alerts')}</h1>
        <Segments
          label={t('filter')}
          value={state.state}
          onChange={(value) => change({ state: value })}
          data={states.map((value) => ({ value, label: t(value) }))}
        />
      </div>
      {state.rule !== '' && (
        <p className="toolbar">
          <span className="chip">
            {t('rule')}: {state.rule}
          </span>
          <Button size="compact-xs" variant="default" onClick={() => change({ rule: '' })}>
            {t('showAll')}
          </Button>
        </p>
      )}
      <Loaded read={read}>
        {({ alerts }) => {
          const shown = byUrgency(alerts).filter(
            (alert) =>
              (state.state === 'all' || alert.state === state.state) &&
              (state.rule === '' || alert.rule === state.rule),
          );
          if (alerts.length === 0)
            return (
              <Empty title={t('noAlerts')}>
                <p>{t('noAlertsText')}</p>
                <Snippet text={example} />
              </Empty>
            );
          if (shown.length === 0) {
            return (
              <Empty title={t('noAlertMatches', { state: t(state.state), n: alerts.length })}>
                <Button size="xs" variant="default" onClick={() => change({ state: 'all', rule: '' })}>
                  {t('showAll')}
                </Button>
              </Empty>
            );
          }
          return <AlertTable alerts={shown} monitors={monitors.data?.monitors ?? []} />;
        }}
      </Loaded>
      <History monitors={monitors.data?.monitors ?? []} />
    </>
  );
}

function seenName(alert: Alert, t: T): React.ReactNode {
  if (alert.at_ms === undefined) return <span className="muted">{t('notYet')}</span>;
  if (alert.seen === 'no data') return <Status kind="no_data">{t('noDataSeen')}</Status>;
  if (alert.seen === 'error') return <Status kind="failed">{t('errorSeen')}</Status>;
  return <Ago ms={alert.at_ms} />;
}

function notesOf(alert: Alert): string {
  return Object.entries(alert.settings.annotations)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n');
}

function AlertTable({ alerts, monitors }: { alerts: Alert[]; monitors: Monitor[] }) {
  const t = useT();
  const [, navigate] = useLocation();
  const settingsOf = useMemo(() => new Map(monitors.map((monitor) => [monitor.name, monitor.settings])), [monitors]);
  const windowOf = (alert: Alert) => {
    const window = alert.active_window ?? alert.window;
    return window === undefined || alert.settings.monitor === ''
      ? null
      : windowName(settingsOf.get(alert.settings.monitor), window);
  };
  const columns: Column<Alert>[] = [
    {
      id: 'state',
      title: t('state'),
      width: 90,
      copy: (row) => row.state,
      render: (row) => <Status kind={alertKind(row.state)}>{stateName(row.state, t)}</Status>,
    },
    {
      id: 'rule',
      title: t('rule'),
      width: 170,
      copy: (row) => row.rule,
      render: (row) => <strong title={notesOf(row)}>{row.rule}</strong>,
    },
    {
      id: 'on',
      title: t('on'),
      width: 170,
      copy: (row) => row.settings.monitor || row.settings.endpoint,
      render: (row) => (
        <Link href={alertPath(row)}>
          {[row.settings.monitor || row.settings.endpoint, row.column].filter(Boolean).join(' · ')}
        </Link>
      ),
    },
    {
      id: 'look',
      title: t('look'),
      width: 110,
      render: (row) => {
        const window = windowOf(row);
        return window === null ? (
          <span className="muted">–</span>
        ) : (
          <Link href={alertPath(row)}>{t('lookAt', { window })}</Link>
        );
      },
    },
    {
      id: 'expr',
      title: t('expression'),
      width: 160,
      copy: (row) => row.settings.expr,
      render: (row) => <code title={row.settings.expr}>{row.settings.expr}</code>,
    },
    {
      id: 'value',
      title: t('value'),
      width: 80,
      align: 'right',
      copy: (row) => String(row.value ?? ''),
      render: (row) => <span title={String(row.value ?? '')}>{formatMetric(row.value)}</span>,
    },
    {
      id: 'limit',
      title: t('limit'),
      width: 80,
      align: 'right',
      copy: (row) => String(row.limit ?? ''),
      render: (row) => formatMetric(row.limit),
    },
    {
      id: 'sample',
      title: t('sample'),
      width: 60,
      align: 'right',
      copy: (row) => String(row.sample),
      render: (row) => formatMetric(row.sample),
    },
    {
      id: 'since',
      title: t('since'),
      width: 120,
      copy: (row) => String(row.active_ms ?? ''),
      render: (row) =>
        row.state === 'firing' || row.state === 'pending' ? (
          <Ago ms={row.active_ms} />
        ) : (
          <span className="muted">–</span>
        ),
    },
    { id: 'seen', title: t('evaluated'), width: 120, copy: (row) => row.seen, render: (row) => seenName(row, t) },
  ];
  return (
    <Table
      label={t('alerts')}
      columns={columns}
      total={alerts.length}
      row={(index) => alerts[index]}
      idOf={(row) => `${row.rule} ${row.column}`}
      fill={alerts.length > 200}
      onOpen={(row) => navigate(alertPath(row))}
    />
  );
}

function History({ monitors }: { monitors: Monitor[] }) {
  const t = useT();
  const read = useApi<AlertsAnswer>('alert-history', { limit: historyShown }, { topics: ['alert'] });
  const settingsOf = new Map(monitors.map((monitor) => [monitor.name, monitor.settings]));
  return (
    <section className="panel" aria-labelledby="history">
      <h2 id="history">{t('history')}</h2>
      <Loaded read={read}>
        {({ alerts }) =>
          alerts.length === 0 ? (
            <p className="muted">{t('historyNone')}</p>
          ) : (
            <div className="scroll-x table-short" tabIndex={0} role="group" aria-label={t('history')}>
              <table className="plain">
                <thead>
                  <tr>
                    <th>{t('state')}</th>
                    <th>{t('rule')}</th>
                    <th>{t('window')}</th>
                    <th className="number">{t('value')}</th>
                    <th className="number">{t('limit')}</th>
                    <th>{t('began')}</th>
                    <th>{t('ended')}</th>
                    <th className="number">{t('lasted')}</th>
                  </tr>
                </thead>
                <tbody>
                  {alerts.map((alert) => (
                    <tr key={alert.id}>
                      <td>
                        <Status kind={alertKind(alert.state)}>{stateName(alert.state, t)}</Status>
                      </td>
                      <td>
                        {alert.rule}
                        {alert.column === '' ? '' : ` · ${alert.column}`}
                      </td>
                      <td>
                        {alert.settings.monitor === '' || alert.active_window === undefined ? (
                          '–'
                        ) : (
                          <Link href={alertPath(alert)}>
                            {windowName(settingsOf.get(alert.settings.monitor), alert.active_window)}
                          </Link>
                        )}
                      </td>
                      <td className="number">{formatMetric(alert.value)}</td>
                      <td className="number">{formatMetric(alert.limit)}</td>
                      <td>
                        <Time ms={alert.fired_ms} />
                      </td>
                      <td>
                        {alert.resolved_ms === undefined ? (
                          <span className="muted">{t('stillFiring')}</span>
                        ) : (
                          <Time ms={alert.resolved_ms} />
                        )}
                        {alert.reason !== '' && (
                          <>
                            {' '}
                            (<Said of={alert.reason} />)
                          </>
                        )}
                      </td>
                      <td className="number">
                        {alert.resolved_ms === undefined || alert.fired_ms === undefined
                          ? '–'
                          : formatDuration(alert.resolved_ms - alert.fired_ms)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </section>
  );
}
