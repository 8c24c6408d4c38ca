// The verbs, always at the same place; abort stands apart. Each says what it would do, or why it cannot be done.
import { useRef, useState } from 'react';
import { ApiError, get } from '../../../api/client';
import { useSaid } from '../../../api/said';
import { Confirm } from '../../../kit/confirm';
import { useKeys } from '../../../kit/keys';
import { order, type RolloutReview, type RolloutVerb, type VerbName } from '../api';
import { say, useT } from '../text';
import { effectText, standing } from './words';

/** Does it for the rollout as it is shown. If that has moved on, the error says from what to what. */
async function act(
  review: RolloutReview,
  verb: VerbName,
  reason: string,
  reload: () => Promise<unknown>,
): Promise<void> {
  try {
    await order(review.rollout, verb, reason);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    const now = await get<RolloutReview>(`rollouts/${review.rollout.number}`);
    await reload();
    throw new ApiError(409, error.code, error.english, () => {
      const [before, after] = [standing(review, say), standing(now, say)];
      return before === after ? error.message : `${say('moved', { before, after })}. ${error.message}`;
    });
  }
  await reload();
}

function VerbButton({
  review,
  verb,
  reload,
  opened,
  onOpened,
}: {
  review: RolloutReview;
  verb: RolloutVerb;
  reload: () => Promise<unknown>;
  opened?: boolean;
  onOpened?: (opened: boolean) => void;
}) {
  const t = useT();
  const said = useSaid();
  const next = review.timeline.find((step) => step.text === verb.effect.next && step.state !== 'done');
  return (
    <Confirm
      label={t(verb.verb)}
      danger={verb.verb === 'abort'}
      run={(reason) => act(review, verb.verb, reason, reload)}
      askReason={verb.needs_reason ? 'required' : 'optional'}
      effect={
        <>
          <p>{effectText(verb.effect, next, t)}</p>
          {verb.needs_reason && <p className="warn">{t('effect_reason')}</p>}
        </>
      }
      {...(verb.allowed ? {} : { disabledWhy: said(verb.why) })}
      {...(opened === undefined ? {} : { opened })}
      {...(onOpened === undefined ? {} : { onOpened })}
    />
  );
}

export function Verbs({ review, reload }: { review: RolloutReview; reload: () => Promise<unknown> }) {
  const t = useT();
  const [aborting, setAborting] = useState(false);
  const find = (name: VerbName) => review.verbs.find((verb) => verb.verb === name);
  const abort = find('abort');
  const bar = useRef<HTMLDivElement>(null);
  // What it would do is shown at the verb, which may be scrolled away.
  const openAbort = () => {
    bar.current?.scrollIntoView({ block: 'center' });
    setAborting(true);
  };
  useKeys([{ keys: 'a', label: t('open_abort'), run: openAbort }], abort?.allowed === true);
  // Pause and resume share a place, as do promote and what follows an end.
  const isPaused = find('resume')?.allowed === true || find('pause')?.allowed !== true;
  const names: VerbName[] = [isPaused ? 'resume' : 'pause', 'promote', 'promote_full', 'retry'];
  if (find('undo')?.allowed) names.push('undo');
  return (
    <div ref={bar} className="page-verbs" role="group" aria-label={t('verbs')}>
      {names.map((name) => {
        const verb = find(name);
        return verb && <VerbButton key={name} review={review} verb={verb} reload={reload} />;
      })}
      {abort && (
        <span className="apart">
          <VerbButton review={review} verb={abort} reload={reload} opened={aborting} onOpened={setAborting} />
        </span>
      )}
    </div>
  );
}
