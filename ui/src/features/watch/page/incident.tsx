import { useMemo, useState } from 'react';
import { Link, useParams } from 'wouter';
import { queries, send, useApi } from '../../../api/client';
import { Confirm } from '../../../kit/confirm';
import { Snippet } from '../../../kit/copy';
import { useKeys } from '../../../kit/keys';
import { usePage } from '../../../kit/page';
import { useSettings } from '../../../kit/settings';
import { Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Ago, Time } from '../../../kit/time';
import type { AlertsAnswer, Incident, IncidentAnswer, IncidentsAnswer, MonitorsAnswer } from '../api';
import { Causes } from '../parts/causes';
import { logOf, postMortem } from '../parts/postmortem';
import { Timeline } from '../parts/timeline';
import { causeText, monitorPath, widthOf, windowName } from '../parts/wording';
import { useT } from '../text';
import '../watch.css';

export default function IncidentPage() {
  const t = useT();
  const { number } = useParams<{ number: string }>();
  const read = useApi<IncidentAnswer>(
    `incidents/${encodeURIComponent(number)}`,
    {},
    { topics: [`incident/${number}`, 'alert'] },
  );
  const others = useApi<IncidentsAnswer>('incidents', { limit: 20 }, { topics: ['alert'] });
  usePage({
    title: t('incident', { number }),
    crumbs: [
      { label: t('incidents'), path: '/incidents' },
      {
        label: t('incident', { number }),
        siblings: (others.data?.incidents ?? []).map((one) => ({
          label: `${t('incident', { number: one.number })} · ${one.monitor}`,
          path: `/incidents/${one.number}`,
        })),
      },
    ],
  });
  return (
    <Loaded read={read} lines={8}>
      {({ incident }) => <IncidentView incident={incident} />}
    </Loaded>
  );
}

function IncidentView({ incident }: { incident: Incident }) {
  const t = useT();
  const { language } = useSettings();
  const monitors = useApi<MonitorsAnswer>('monitors', {}, { topics: ['alert'] });
  const past = useApi<AlertsAnswer>('alert-history', { limit: 200 }, { topics: ['alert'] });
  const monitor = monitors.data?.monitors.find((one) => one.name === incident.monitor);
  const settings = monitor?.settings;
  const newest =
    monitor?.closed_through === undefined ? null : Math.round(monitor.closed_through / widthOf(monitor.settings)) - 1;
  const name = useMemo(
    () => (window: number) => windowName(settings, window, incident.width),
    [settings, incident.width],
  );
  const log = logOf(incident, name, t);
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{t('incident', { number: incident.number })}</h1>
          <p className="meta">
            <Status kind={incident.state === 'open' ? 'firing' : 'succeeded'}>
              {incident.state === 'open' ? t('stateOpen') : t('stateClosed')}
            </Status>
            {' · '}
            {t('opened')} <Ago ms={incident.opened_ms} /> · {t('acked')}:{' '}
            {incident.acked_ms === undefined ? t('notAcked') : incident.acked_by}
          </p>
        </div>
        <Verbs incident={incident} />
      </div>
      <section className="panel" aria-labelledby="timeline">
        <h2 id="timeline">{t('timeline')}</h2>
        <Timeline incident={incident} past={past.data?.alerts ?? []} settings={settings} newest={newest} />
        <ol className="log">
          {log.map((entry, at) => (
            <li key={at}>
              <span className="muted">
                <Time ms={entry.atMs} />
              </span>
              <span>{entry.text}</span>
            </li>
          ))}
        </ol>
      </section>
      <Causes incident={incident} settings={settings} />
      <div className="columns">
        <Affected incident={incident} name={name} />
        <section className="panel" aria-labelledby="postmortem">
          <h2 id="postmortem">
            {t('postmortem')} <span className="meta">{t('postmortemText')}</span>
          </h2>
          <Snippet label={t('postmortem')} text={postMortem(incident, log, name, language, t)} />
        </section>
      </div>
    </>
  );
}

function Affected({ incident, name }: { incident: Incident; name: (window: number) => string }) {
  const t = useT();
  const ranking = incident.rankings[incident.rankings.length - 1];
  const at = ranking?.fall ?? incident.window;
  const drifted = ranking?.candidates.find((one) => one.kind === 'column' && one.claims_data_fault);
  return (
    <section className="panel" aria-labelledby="affected">
      <h2 id="affected">{t('affected')}</h2>
      <dl className="facts">
        <dt>{t('endpoint')}</dt>
        <dd>
          <Link href={`/endpoints/${encodeURIComponent(incident.endpoint)}`}>{incident.endpoint}</Link>
        </dd>
        <dt>{t('monitor')}</dt>
        <dd>
          <Link href={monitorPath(incident.monitor, at)}>
            {incident.monitor} · {t('windowN', { window: name(at) })}
          </Link>
        </dd>
        {drifted && (
          <>
            <dt>{t('column')}</dt>
            <dd>
              <Link href={monitorPath(incident.monitor, drifted.since ?? incident.window, drifted.name)}>
                {drifted.name}
              </Link>
            </dd>
          </>
        )}
        <dt>{t('cause')}</dt>
        <dd>
          {incident.cause === '' ? (
            <span className="muted">{t('causeNone')}</span>
          ) : (
            <>
              {causeText(incident, t)}
              {incident.cause_rank !== undefined && (
                <span className="muted">
                  {' '}
                  ({t('causeRank', { rank: incident.cause_rank, ranking: incident.cause_ranking ?? 1 })})
                </span>
              )}
            </>
          )}
        </dd>
        {incident.closed_ms !== undefined && (
          <>
            <dt>{t('closedAt')}</dt>
            <dd>
              <Time ms={incident.closed_ms} /> · {incident.closed_by}: {incident.reason}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

/** Always at the top right; closing stands apart, and each says what it does before it does it. */
function Verbs({ incident }: { incident: Incident }) {
  const t = useT();
  const [acking, setAcking] = useState(false);
  const act = (verb: string, body: unknown) =>
    send('POST', `incidents/${incident.number}/${verb}`, body).then(() => queries.invalidateQueries());
  const firing = incident.alerts.filter((alert) => alert.state === 'firing').length;
  const canAck = incident.acked_ms === undefined && incident.state === 'open';
  useKeys([{ keys: 'e', label: t('keyAck'), run: () => setAcking(true) }], canAck);
  const ackWhy =
    incident.state === 'closed' ? t('closeDone') : canAck ? undefined : t('ackDone', { actor: incident.acked_by });
  return (
    <div className="page-verbs">
      <Confirm
        label={t('acknowledge')}
        effect={t('acknowledgeEffect', { number: incident.number })}
        run={() => act('ack', {})}
        opened={acking}
        onOpened={setAcking}
        {...(ackWhy === undefined ? {} : { disabledWhy: ackWhy })}
      />
      <Confirm
        label={t('nameCause')}
        askReason="required"
        effect={t('nameCauseEffect', { number: incident.number })}
        run={(text) => act('cause', { text })}
      />
      <span className="apart">
        <Confirm
          label={t('closeIncident')}
          danger
          askReason="required"
          run={(reason) => act('close', { reason })}
          effect={
            firing > 0
              ? t('closeEffect', { number: incident.number, n: firing })
              : t('closeEffectQuiet', { number: incident.number })
          }
          {...(incident.state === 'closed' ? { disabledWhy: t('closeDone') } : {})}
        />
      </span>
    </div>
  );
}
