import { useState } from 'react';
import { Button } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { useApi } from '../../../api/client';
import { usePage } from '../../../kit/page';
import { usePeek } from '../../../kit/peek';
import { Empty, Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Table, type Column } from '../../../kit/table';
import { Ago } from '../../../kit/time';
import { listedOnly, type AlertsAnswer, type Incident, type IncidentsAnswer } from '../api';
import { alertPath, causeText, kindName } from '../parts/wording';
import { useT } from '../text';
import '../watch.css';

const page = 100;
const most = 1000;

export default function IncidentsPage() {
  const t = useT();
  const [limit, setLimit] = useState(page);
  const read = useApi<IncidentsAnswer>('incidents', { limit }, { topics: ['alert'] });
  const firing = useApi<AlertsAnswer>('alerts', { state: 'firing' }, { topics: ['alert'] });
  usePage({ title: t('incidents'), crumbs: [{ label: t('incidents') }] });
  return (
    <>
      <div className="page-head">
        <h1>{t('incidents')}</h1>
        <p>
          <Link href="/alerts">{t('alerts')}</Link>
        </p>
      </div>
      {firing.data && firing.data.alerts.length > 0 && (
        <ul className="firing" aria-label={t('firing')}>
          {firing.data.alerts.slice(0, 20).map((alert) => (
            <li key={alert.id}>
              <Status kind="firing">{t('firing')}</Status>{' '}
              <Link href={alertPath(alert)}>
                {alert.rule}
                {alert.column === '' ? '' : ` · ${alert.column}`}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <Loaded read={read}>
        {({ incidents, has_more: more }) =>
          incidents.length === 0 ? (
            <Empty title={t('noIncidents')}>
              <p>{t('noIncidentsText')}</p>
            </Empty>
          ) : (
            <>
              <IncidentTable incidents={incidents} />
              {more && limit < most && (
                <p>
                  <Button size="xs" variant="default" onClick={() => setLimit(Math.min(most, limit + page))}>
                    {t('more')}
                  </Button>
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </>
  );
}

function IncidentTable({ incidents }: { incidents: Incident[] }) {
  const t = useT();
  const [, navigate] = useLocation();
  const [peek, setPeek] = usePeek();
  const likely = (row: Incident) => {
    const first = row.rankings[row.rankings.length - 1]?.candidates[0];
    return first && first.score >= listedOnly ? first : null;
  };
  const firing = (row: Incident) => row.alerts.filter((alert) => alert.state === 'firing').length;
  const columns: Column<Incident>[] = [
    {
      id: 'number',
      title: t('name'),
      width: 120,
      copy: (row) => String(row.number),
      render: (row) => <Link href={`/incidents/${row.number}`}>{t('incident', { number: row.number })}</Link>,
    },
    {
      id: 'state',
      title: t('state'),
      width: 110,
      copy: (row) => row.state,
      render: (row) => (
        <Status kind={row.state === 'open' ? 'firing' : 'succeeded'}>
          {row.state === 'open' ? t('stateOpen') : t('stateClosed')}
        </Status>
      ),
    },
    {
      id: 'monitor',
      title: t('monitor'),
      width: 160,
      copy: (row) => row.monitor,
      render: (row) => <Link href={`/monitors/${encodeURIComponent(row.monitor)}`}>{row.monitor}</Link>,
    },
    {
      id: 'alerts',
      title: t('alerts'),
      width: 170,
      render: (row) => (
        <>
          {t('alertsN', { n: row.alerts.length })}
          {firing(row) > 0 && <span className="bad"> · {t('firingN', { n: firing(row) })}</span>}
        </>
      ),
    },
    {
      id: 'cause',
      title: t('ranked'),
      width: 300,
      copy: (row) => causeText(row, t) || likely(row)?.name || '',
      render: (row) => {
        const first = likely(row);
        if (row.cause !== '') return causeText(row, t);
        if (!first) return <span className="muted">{t('rankedNone')}</span>;
        return (
          <>
            {kindName(first.kind, t)} <strong>{first.name}</strong>{' '}
            <span className="muted">{first.score.toFixed(2)}</span>
          </>
        );
      },
    },
    {
      id: 'opened',
      title: t('opened'),
      width: 140,
      copy: (row) => String(row.opened_ms),
      render: (row) => <Ago ms={row.opened_ms} />,
    },
    {
      id: 'acked',
      title: t('acked'),
      width: 140,
      copy: (row) => row.acked_by,
      render: (row) => (row.acked_ms === undefined ? <span className="muted">{t('notAcked')}</span> : row.acked_by),
    },
    {
      id: 'closed',
      title: t('closedAt'),
      width: 140,
      copy: (row) => String(row.closed_ms ?? ''),
      render: (row) => <Ago ms={row.closed_ms} />,
    },
  ];
  return (
    <Table
      label={t('incidents')}
      columns={columns}
      total={incidents.length}
      row={(index) => incidents[index]}
      idOf={(row) => String(row.number)}
      onOpen={(row) => navigate(`/incidents/${row.number}`)}
      onPeek={(row) => setPeek({ kind: 'incident', id: String(row.number) })}
      {...(peek?.kind === 'incident' ? { peeked: peek.id } : {})}
    />
  );
}
