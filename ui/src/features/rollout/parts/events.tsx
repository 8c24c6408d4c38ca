// Who did what, when and why, and what changed by it.
import { Time } from '../../../kit/time';
import { Said } from '../../../api/said';
import type { RolloutReview } from '../api';
import { useT } from '../text';
import { eventText, withChanges } from './words';

export function EventsPanel({ review }: { review: RolloutReview }) {
  const t = useT();
  return (
    <section className="panel" aria-labelledby="events-title">
      <h2 id="events-title">{t('events')}</h2>
      <div className="scroll-x" tabIndex={0} role="group" aria-label={t('events')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('when')}</th>
              <th scope="col">{t('actor')}</th>
              <th scope="col">{t('verb')}</th>
              <th scope="col">{t('change')}</th>
              <th scope="col">{t('reason')}</th>
            </tr>
          </thead>
          <tbody>
            {withChanges(review.events, t).map((event) => (
              <tr key={event.sequence}>
                <td className="nowrap">
                  <Time ms={event.at_ms} />
                </td>
                <td>{event.actor}</td>
                <td className="nowrap">{eventText(event.kind, t)}</td>
                <td className="nowrap">
                  {event.before === event.after ? (
                    <span className="muted">{event.after}</span>
                  ) : (
                    t('moved', { before: event.before, after: event.after })
                  )}
                </td>
                <td>
                  <Said of={event.reason} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {review.events_has_more && <p className="meta">{t('first_events', { n: review.events.length })}</p>}
    </section>
  );
}
