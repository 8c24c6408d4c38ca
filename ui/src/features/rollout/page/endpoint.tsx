import { Link, useParams } from 'wouter';
import { useApi } from '../../../api/client';
import { Said } from '../../../api/said';
import { usePage } from '../../../kit/page';
import { Loaded } from '../../../kit/state';
import { Status, statusOf } from '../../../kit/status';
import { Ago, Time } from '../../../kit/time';
import type { Endpoint, EndpointAnswer, RolloutsAnswer, ServingAnswer, Variant } from '../api';
import { PlansPanel } from '../parts/plans';
import { PredictionsPanel } from '../parts/predictions';
import { RevisionsPanel } from '../parts/revisions';
import { SettingsPanel } from '../parts/settings';
import { SplitPanel } from '../parts/split';
import { formatWeight, nameOf, phaseStatus } from '../parts/words';
import '../rollout.css';
import { useT } from '../text';

function RolloutsPanel({ name }: { name: string }) {
  const t = useT();
  const read = useApi<RolloutsAnswer>(
    'rollouts',
    { endpoint: name, limit: 10 },
    { topics: [`endpoint/${name}`], refetchMs: 5000 },
  );
  return (
    <section className="panel" aria-labelledby="rollouts-title">
      <h2 id="rollouts-title">{t('past_rollouts')}</h2>
      <Loaded read={read}>
        {({ rollouts }) => (
          <>
            {rollouts.every((one) => one.ended_ms !== undefined) && <p className="muted">{t('no_rollout')}</p>}
            <ul className="rollout-list">
              {rollouts.map((one) => (
                <li key={one.number}>
                  <Status kind={phaseStatus(one.phase)}>{t(one.phase)}</Status>{' '}
                  <Link href={`/rollouts/${one.number}`}>
                    {t('rollout_of', { number: one.number })}: {nameOf(one.challenger)}
                  </Link>{' '}
                  {one.ended_ms === undefined && <strong>{formatWeight(one.weight)}</strong>}{' '}
                  <span className="meta">
                    <Ago ms={one.ended_ms ?? one.created_ms} />
                    {one.reason !== '' && (
                      <>
                        {' · '}
                        <Said of={one.reason} />
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </section>
  );
}

function Page({ endpoint, history, reload }: { endpoint: Endpoint; history: Variant[]; reload: () => void }) {
  const t = useT();
  const { name } = endpoint;
  const known = (['ready', 'loading', 'failed'] as const).find((one) => one === endpoint.state) ?? 'unknown';
  const serving = useApi<ServingAnswer>('serving', { minutes: 10 }, { topics: [`endpoint/${name}`], refetchMs: 5000 });
  const line = serving.data?.endpoints.find((one) => one.name === name);
  const champion = endpoint.variants[0];
  return (
    <div className="rollout">
      <div className="page-head">
        <div>
          <h1>{name}</h1>
          <p className="lead">
            <Status kind={statusOf(endpoint.state)}>{t(known)}</Status>{' '}
            {champion && <Link href={`/models/${champion.model}`}>{nameOf(champion)}</Link>}{' '}
            <span className="meta">
              {t('runtime', { runtime: endpoint.runtime || '–' })} · <Time ms={endpoint.created_ms} />
            </span>
          </p>
          {endpoint.reason !== '' && (
            <p>
              <Said of={endpoint.reason} />
            </p>
          )}
        </div>
      </div>
      <SplitPanel endpoint={endpoint} />
      <div className="columns">
        <RolloutsPanel name={name} />
        <PlansPanel name={name} onChange={reload} />
      </div>
      <RevisionsPanel name={name} rollout={line?.rollout?.number} plan={line?.plan} onChange={reload} />
      <PredictionsPanel endpoint={endpoint} variants={history} />
      <SettingsPanel name={name} />
    </div>
  );
}

export default function EndpointPage() {
  const t = useT();
  const { name = '' } = useParams<{ name: string }>();
  const read = useApi<EndpointAnswer>(
    `endpoints/${encodeURIComponent(name)}`,
    {},
    { topics: [`endpoint/${name}`], refetchMs: 5000, keep: false },
  );
  usePage({ title: name, crumbs: [{ label: t('endpoints'), path: '/endpoints' }, { label: name }] });
  return (
    <Loaded read={read} lines={8}>
      {({ endpoint, history }) => <Page endpoint={endpoint} history={history} reload={() => void read.refetch()} />}
    </Loaded>
  );
}
