import { Link } from 'wouter';
import { formatMetric } from '../../../kit/number';
import { Ago } from '../../../kit/time';
import type { Monitor, MonitorReference } from '../api';
import { useT } from '../text';
import { timeName, widthOf } from './wording';

/** Where the rows came from that drift is measured against. */
function ReferenceFact({ reference }: { reference: MonitorReference }) {
  const t = useT();
  const { source, rows, dataset, version, digest, sha256 } = reference;
  const name = `${dataset ?? ''}@${version ?? ''}`;
  return (
    <span title={digest ?? sha256}>
      {dataset !== undefined ? (
        <Link href={`/datasets/${encodeURIComponent(dataset)}?v=${version ?? ''}`}>{name}</Link>
      ) : (
        t(source === 'requests' ? 'referenceWindows' : 'referenceFile')
      )}
      {` · ${t('rowsN', { n: rows })} · ${reference.actor} · `}
      <Ago ms={reference.set_ms} />
    </span>
  );
}

/** What the monitor's keys say (docs/formats/monitor.md). */
export function MonitorFacts({ monitor }: { monitor: Monitor }) {
  const t = useT();
  const { settings } = monitor;
  const length = (value: number) =>
    settings.time === '' ? t('seconds', { n: value }) : `${formatMetric(value)} (${settings.time})`;
  const facts: [string, React.ReactNode][] = [
    [
      t('endpoint'),
      <Link key="endpoint" href={`/endpoints/${encodeURIComponent(settings.endpoint)}`}>
        {settings.endpoint}
      </Link>,
    ],
    [t('timeColumn'), settings.time === '' ? t('timeArrival') : <code>{settings.time}</code>],
    [t('windowLength'), length(widthOf(settings))],
    [t('labelsLate'), length(settings.labels_late)],
    [t('yesFrom'), formatMetric(settings.threshold)],
    [t('slices'), settings.slices.length === 0 ? t('none') : settings.slices.join(', ')],
  ];
  if (settings.drift) {
    facts.push(
      [t('driftColumns'), settings.drift.columns.join(', ')],
      [t('measure'), settings.drift.measure],
      [t('windows'), String(settings.drift.span)],
      [t('running'), t('runningN', { n: settings.drift.running })],
    );
  }
  if (monitor.reference) facts.push([t('reference'), <ReferenceFact key="reference" reference={monitor.reference} />]);
  if (monitor.closed_through !== undefined)
    facts.push([t('closedThrough'), timeName(settings, monitor.closed_through)]);
  if (monitor.without_time > 0)
    facts.push([
      t('noTime'),
      <span key="untimed" className="warn">
        {monitor.without_time}
      </span>,
    ]);
  facts.push([
    t('setBy'),
    <span key="set">
      {monitor.actor} · <Ago ms={monitor.created_ms} />
    </span>,
  ]);
  return (
    <section className="panel" aria-labelledby="settings">
      <h2 id="settings">{t('settings')}</h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
