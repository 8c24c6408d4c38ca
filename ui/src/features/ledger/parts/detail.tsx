import { Link } from 'wouter';
import { Button } from '@mantine/core';
import { objectOf, useEventWords, type GalleyEvent } from '../../../api/events';
import { CopyButton } from '../../../kit/copy';
import { Time } from '../../../kit/time';
import { useT } from '../text';

/** One event with all that it says. */
export function Detail({ event, onSubject }: { event: GalleyEvent; onSubject: () => void }) {
  const t = useT();
  const say = useEventWords();
  const object = objectOf(event);
  const detail = JSON.stringify(event.detail, null, 1);
  return (
    <>
      <h2>
        {say(event.kind)}
        <span className="meta">{t('event', { n: String(event.sequence) })}</span>
      </h2>
      <dl className="facts">
        <dt>{t('kind')}</dt>
        <dd>
          <code>{event.kind}</code>
        </dd>
        <dt>{t('at2')}</dt>
        <dd>
          <Time ms={event.at_ms} />
        </dd>
        <dt>{t('actor')}</dt>
        <dd>{event.actor}</dd>
        <dt>{t('subject')}</dt>
        <dd>
          <code>{event.subject}</code> <CopyButton text={event.subject} />
        </dd>
      </dl>
      <p className="toolbar audit-verbs">
        {!object.path.startsWith('/audit') && (
          <Link href={object.path} className="audit-open">
            {t('openObject', { name: object.name })}
          </Link>
        )}
        <Button size="xs" variant="default" onClick={onSubject}>
          {t('onlySubject')}
        </Button>
      </p>
      <pre className="body" tabIndex={0} aria-label={t('raw')}>
        <code>{detail}</code>
      </pre>
    </>
  );
}
