// The verbs of a row: a click opens what would happen, the second one does it.
import { queries, send } from '../../../api/client';
import { Confirm } from '../../../kit/confirm';
import type { Need } from '../api';
import { useT } from '../text';
import type { Aborted } from './outcome';

const refresh = () => queries.invalidateQueries();

export function Verbs({ need, onAborted }: { need: Need; onAborted: (one: Aborted) => void }) {
  const t = useT();
  const { rollout, id, title } = need;
  const may = (verb: string) => need.verbs.includes(verb);
  if (rollout) {
    const path = `endpoints/${encodeURIComponent(rollout.endpoint)}/rollout`;
    const order = (verb: string) => (reason: string) => send('POST', `${path}/${verb}`, { turn: rollout.turn, reason });
    const abort = async (reason: string) => {
      await order('abort')(reason);
      onAborted({ number: rollout.number, endpoint: rollout.endpoint, challenger: rollout.challenger });
      void refresh();
    };
    const promote = async (reason: string) => {
      await order('promote')(reason);
      void refresh();
    };
    return (
      <div className="need-verbs">
        {may('promote') && (
          <Confirm
            label={t('promote')}
            effect={t('promoteEffect', { challenger: rollout.challenger })}
            askReason="optional"
            run={promote}
          />
        )}
        {may('abort') && (
          <Confirm
            label={t('abort')}
            danger
            askReason="optional"
            run={abort}
            effect={t('abortEffect', {
              challenger: rollout.challenger,
              champion: rollout.champion,
              weight: `${rollout.weight / 10} %`,
            })}
          />
        )}
      </div>
    );
  }
  const post = (path: string) => async () => {
    await send('POST', path, {});
    void refresh();
  };
  return (
    <div className="need-verbs">
      {need.kind === 'incident' && may('ack') && (
        <Confirm label={t('ack')} effect={t('ackEffect', { number: id })} run={post(`incidents/${id}/ack`)} />
      )}
      {need.kind === 'pipeline' && may('retry') && (
        <Confirm
          label={t('retry')}
          effect={t('retryEffect', { number: id, title })}
          run={post(`pipelines/runs/${id}/retry`)}
        />
      )}
    </div>
  );
}
