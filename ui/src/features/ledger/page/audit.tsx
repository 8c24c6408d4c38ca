// The journal: events by kind, actor and subject, with the detail of the one that is chosen.
import { useEffect, useState } from 'react';
import { Button } from '@mantine/core';
import { useApi } from '../../../api/client';
import { usePage } from '../../../kit/page';
import { Empty, Loaded } from '../../../kit/state';
import { number, text, useUrlState } from '../../../kit/urlstate';
import type { EventsAnswer, Facets } from '../api';
import { Detail } from '../parts/detail';
import { EventTable } from '../parts/events';
import { useT } from '../text';
import '../ledger.css';

const schema = { kind: text(''), actor: text(''), subject: text(''), event: number(0), before: number(0) };
const page = 200;
const facetsOf = 10_000;

export default function AuditPage() {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const { kind, actor, subject } = state;
  usePage({ title: t('audit'), crumbs: [{ label: t('audit') }] });
  const read = useApi<EventsAnswer>(
    'events',
    { kind, actor, subject, limit: page, ...(state.before > 0 ? { before: state.before } : {}) },
    { topics: ['event'] },
  );
  const filter = [kind, actor, subject].filter((one) => one !== '').join(', ');
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{t('audit')}</h1>
          <p className="muted">{t('auditText')}</p>
        </div>
      </div>
      <Filters
        kind={kind}
        actor={actor}
        subject={subject}
        onChange={(part) => change({ ...part, before: 0, event: 0 }, { push: true })}
      />
      <Loaded read={read} lines={8}>
        {({ events, has_more: more }) => {
          if (events.length === 0)
            return filter === '' ? (
              <Empty title={t('empty')} />
            ) : (
              <Empty title={t('none')}>
                <p>{t('noneText', { filter })}</p>
              </Empty>
            );
          const chosen = events.find((event) => event.sequence === state.event);
          const last = events[events.length - 1];
          return (
            <div className="audit">
              <div className="audit-list">
                <EventTable
                  events={events}
                  chosen={state.event}
                  onChoose={(event) => change({ event: event.sequence })}
                />
                {more && last && (
                  <p>
                    <Button
                      size="xs"
                      variant="default"
                      onClick={() => change({ before: last.sequence }, { push: true })}
                    >
                      {t('more')}
                    </Button>
                  </p>
                )}
              </div>
              <aside className="panel audit-detail" aria-label={t('detail')}>
                {chosen ? (
                  <Detail
                    event={chosen}
                    onSubject={() =>
                      change({ subject: chosen.subject, kind: '', actor: '', before: 0 }, { push: true })
                    }
                  />
                ) : (
                  <p className="muted">{t('pick')}</p>
                )}
              </aside>
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

type Filter = { kind: string; actor: string; subject: string };

function Filters({ kind, actor, subject, onChange }: Filter & { onChange: (part: Partial<Filter>) => void }) {
  const t = useT();
  const { data } = useApi<Facets>('event-facets', { last: facetsOf }, { topics: ['event'] });
  const [typed, setTyped] = useState(subject);
  useEffect(() => setTyped(subject), [subject]);
  const kinds = data?.kinds ?? [];
  const nouns = [...new Set(kinds.map((one) => `${one.value.split('.')[0]}.`))].sort();
  const sumOf = (noun: string) =>
    kinds.filter((one) => one.value.startsWith(noun)).reduce((sum, one) => sum + one.count, 0);
  const known = (list: { value: string }[], value: string) =>
    value === '' || list.some((one) => one.value === value) || nouns.includes(value);
  return (
    <form
      className="toolbar audit-filters"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ subject: typed.trim() });
      }}
    >
      <label>
        {t('filterKind')}{' '}
        <select value={kind} onChange={(event) => onChange({ kind: event.currentTarget.value })}>
          <option value="">{t('all')}</option>
          {!known(kinds, kind) && <option value={kind}>{kind}</option>}
          {nouns.map((noun) => (
            <optgroup key={noun} label={noun.slice(0, -1)}>
              <option value={noun}>
                {t('groups', { noun: noun.slice(0, -1) })} ({sumOf(noun)})
              </option>
              {kinds
                .filter((one) => one.value.startsWith(noun))
                .map((one) => (
                  <option key={one.value} value={one.value}>
                    {one.value} ({one.count})
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      </label>
      <label>
        {t('filterActor')}{' '}
        <select value={actor} onChange={(event) => onChange({ actor: event.currentTarget.value })}>
          <option value="">{t('all')}</option>
          {!known(data?.actors ?? [], actor) && <option value={actor}>{actor}</option>}
          {(data?.actors ?? []).map((one) => (
            <option key={one.value} value={one.value}>
              {one.value} ({one.count})
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('filterSubject')}{' '}
        <input value={typed} size={34} spellCheck={false} onChange={(event) => setTyped(event.currentTarget.value)} />
      </label>
      <Button type="submit" size="xs" variant="default">
        {t('apply')}
      </Button>
      {(kind || actor || subject) && (
        <Button size="xs" variant="default" onClick={() => onChange({ kind: '', actor: '', subject: '' })}>
          {t('clear')}
        </Button>
      )}
      {data && <span className="meta">{t('facets', { n: data.events })}</span>}
    </form>
  );
}
