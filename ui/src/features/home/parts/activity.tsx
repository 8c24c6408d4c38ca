import { Link } from 'wouter';
import { objectOf, useEventWords, type GalleyEvent } from '../../../api/events';
import { Ago } from '../../../kit/time';
import { useT } from '../text';

export function Activity({ events }: { events: GalleyEvent[] }) {
  const t = useT();
  const say = useEventWords();
  return (
    <section className="panel" aria-labelledby="activity-title">
      <h2 id="activity-title">
        {t('activity')}
        <span className="meta">
          <Link href="/audit">{t('activityAll')}</Link>
        </span>
      </h2>
      {events.length === 0 && <p className="muted">{t('activityNone')}</p>}
      <ol className="activity">
        {events.map((event) => {
          const object = objectOf(event);
          return (
            <li key={event.sequence}>
              <span className="meta activity-when">
                <Ago ms={event.at_ms} />
              </span>
              <span>{say(event.kind)}</span>
              <Link href={object.path}>{object.name}</Link>
              <span className="meta">{t('by', { actor: event.actor })}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
