// What was champion, and why. An earlier one is back by one verb.
import { Link } from 'wouter';
import { send, useApi } from '../../../api/client';
import { Said } from '../../../api/said';
import { Confirm } from '../../../kit/confirm';
import { Loaded } from '../../../kit/state';
import { Time } from '../../../kit/time';
import type { RevisionsAnswer } from '../api';
import { useT, type TextKey } from '../text';
import { nameOf } from './words';

const causes: Record<string, TextKey> = {
  created: 'cause_created',
  set: 'cause_set',
  promoted: 'cause_promoted',
  undone: 'cause_undone',
};

export function RevisionsPanel({
  name,
  rollout,
  plan,
  onChange,
}: {
  name: string;
  rollout: number | undefined;
  plan: string | undefined;
  onChange: () => void;
}) {
  const t = useT();
  const path = `endpoints/${encodeURIComponent(name)}`;
  const read = useApi<RevisionsAnswer>(
    `${path}/revisions`,
    { limit: 10 },
    { topics: [`endpoint/${name}`], refetchMs: 5000 },
  );
  const why =
    rollout !== undefined
      ? t('undo_blocked', { number: rollout })
      : plan === 'rollback'
        ? t('plan_why', { plan })
        : undefined;
  return (
    <section className="panel" aria-labelledby="revisions-title">
      <h2 id="revisions-title">{t('revisions')}</h2>
      <Loaded read={read}>
        {({ revisions }) => {
          const newest = revisions[0];
          const undo = async (to: number, reason: string) => {
            await send('POST', `${path}/rollout/undo`, {
              to,
              ...(newest ? { newest: newest.number } : {}),
              ...(reason === '' ? {} : { reason }),
            }).finally(() => read.refetch());
            onChange();
          };
          return (
            <div className="scroll-x" tabIndex={0} role="group" aria-label={t('revisions')}>
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col" className="number">
                      {t('revision')}
                    </th>
                    <th scope="col">{t('champion')}</th>
                    <th scope="col">{t('cause')}</th>
                    <th scope="col">{t('when')}</th>
                    <th scope="col">{t('actor')}</th>
                    <th scope="col">{t('reason')}</th>
                    <th scope="col">
                      <span className="sr-only">{t('undo')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {revisions.map((one) => (
                    <tr key={one.number}>
                      <td className="number">{one.number}</td>
                      <td>
                        <Link href={`/models/${one.model}`}>{nameOf(one)}</Link>
                      </td>
                      <td>
                        {causes[one.cause] ? t(causes[one.cause] as TextKey) : one.cause}{' '}
                        {one.rollout !== undefined && (
                          <Link href={`/rollouts/${one.rollout}`}>{t('rollout_of', { number: one.rollout })}</Link>
                        )}
                      </td>
                      <td className="nowrap">
                        <Time ms={one.at_ms} />
                      </td>
                      <td>{one.actor}</td>
                      <td>
                        <Said of={one.reason} />
                      </td>
                      <td className="number">
                        {newest && one.number === newest.number ? (
                          <span className="meta">{t('in_force')}</span>
                        ) : newest && nameOf(one) === nameOf(newest) ? null : (
                          <Confirm
                            label={t('go_back')}
                            askReason="optional"
                            run={(reason) => undo(one.number, reason)}
                            effect={t('undo_effect', { now: newest ? nameOf(newest) : '–', then: nameOf(one) })}
                            {...(why === undefined ? {} : { disabledWhy: why })}
                          />
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Loaded>
    </section>
  );
}
