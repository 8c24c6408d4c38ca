// The steps, with what came of each and how long it took or has left.
import { Status } from '../../../kit/status';
import { useNow } from '../../../kit/time';
import type { RolloutReview, RolloutTimelineStep } from '../api';
import { useT } from '../text';
import { stepText, stepTime, verdictStatus } from './words';

function Step({ step }: { step: RolloutTimelineStep }) {
  const t = useT();
  const now = useNow(1000);
  const verdict = step.verdict === '' ? t(step.state) : t(step.verdict.replace(' ', '_') as 'pass');
  return (
    <li className={`step step-${step.state}`} {...(step.state === 'now' ? { 'aria-current': 'step' as const } : {})}>
      <div className="step-line">
        <Status kind={verdictStatus(step)}>{verdict}</Status>
      </div>
      <div className="step-text">
        {step.number > 0 && <span className="muted">{step.number}. </span>}
        {stepText(step, t)}
      </div>
      <div className="meta">
        {[
          stepTime(step, now, t),
          step.windows !== undefined && step.windows_max !== undefined
            ? t('windows_of', { done: step.windows, most: step.windows_max })
            : '',
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      </div>
    </li>
  );
}

export function TimelinePanel({ review }: { review: RolloutReview }) {
  const t = useT();
  return (
    <section className="panel" aria-labelledby="steps-title">
      <h2 id="steps-title">
        {t('steps')}{' '}
        <span className="meta">
          {review.strategy} · {t('after_all')}
        </span>
      </h2>
      <ol className="steps">
        {review.timeline.map((step) => (
          <Step key={step.number} step={step} />
        ))}
      </ol>
    </section>
  );
}
