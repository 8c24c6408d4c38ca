// Contingency plans: what is in force, what each would do, and how to end it.
import { send, useApi } from '../../../api/client';
import { useSaid } from '../../../api/said';
import { Confirm } from '../../../kit/confirm';
import { Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Time } from '../../../kit/time';
import type { EndpointSettings, PlansAnswer, RevisionsAnswer } from '../api';
import { useT } from '../text';

const names = ['freeze', 'degrade', 'rollback'] as const;

export function PlansPanel({ name, onChange }: { name: string; onChange: () => void }) {
  const t = useT();
  const said = useSaid();
  const path = `endpoints/${encodeURIComponent(name)}`;
  const topics = [`endpoint/${name}`];
  const read = useApi<PlansAnswer>('plans', { endpoint: name, limit: 5 }, { topics, refetchMs: 5000 });
  const settings = useApi<EndpointSettings>(`${path}/settings`, {}, { topics });
  const revisions = useApi<RevisionsAnswer>(`${path}/revisions`, { limit: 10 }, { topics });
  const after = async (work: Promise<unknown>) => {
    await work.finally(() => read.refetch());
    onChange();
  };
  const body = (reason: string) => (reason === '' ? {} : { reason });
  return (
    <section className="panel" aria-labelledby="plans-title">
      <h2 id="plans-title">{t('plans')}</h2>
      <Loaded read={read}>
        {({ plans }) => {
          const current = plans.find((one) => one.in_force);
          const whyNot = (plan: (typeof names)[number]): string | undefined => {
            if (current) return t('plan_why', { plan: current.plan });
            if (plan === 'degrade' && settings.data && settings.data.fallback === undefined) return t('degrade_why');
            if (plan === 'rollback' && revisions.data && revisions.data.revisions.length < 2) return t('rollback_why');
            return undefined;
          };
          return (
            <>
              {current ? (
                <div className="plan-bar">
                  <Status kind="warning">{t('plan_force', { plan: current.plan })}</Status>
                  <span className="meta">
                    {t('plan_by', { actor: current.actor })} · <Time ms={current.created_ms} />
                    {current.reason !== '' && ` · ${said(current.reason)}`}
                  </span>
                  <Confirm
                    label={t('plan_end')}
                    askReason="optional"
                    effect={t('end_effect')}
                    run={(reason) => after(send('POST', `${path}/plan/end`, body(reason)))}
                  />
                </div>
              ) : (
                <p className="muted">{t('no_plan')}</p>
              )}
              <div className="plan-bar" role="group" aria-label={t('plans')}>
                {names.map((plan) => {
                  const why = whyNot(plan);
                  return (
                    <Confirm
                      key={plan}
                      label={t(plan)}
                      danger={plan !== 'freeze'}
                      askReason="optional"
                      effect={t(`${plan}_effect`)}
                      run={(reason) => after(send('POST', `${path}/plan`, { plan, ...body(reason) }))}
                      {...(why === undefined ? {} : { disabledWhy: why })}
                    />
                  );
                })}
              </div>
              {plans.some((one) => !one.in_force) && <h3>{t('past_plans')}</h3>}
              <ul className="rollout-list">
                {plans
                  .filter((one) => !one.in_force)
                  .map((one) => (
                    <li key={one.id}>
                      {one.plan}{' '}
                      <span className="meta">
                        <Time ms={one.created_ms} /> {t('until')} <Time ms={one.ended_ms} /> ·{' '}
                        {[one.actor, said(one.reason)].filter((part) => part !== '').join(' · ')}
                      </span>
                    </li>
                  ))}
              </ul>
            </>
          );
        }}
      </Loaded>
    </section>
  );
}
