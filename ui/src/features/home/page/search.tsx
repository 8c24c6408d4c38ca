// Everything that holds a piece of text: all kinds with their counts, and all hits of the kind that is chosen.
import { useEffect, useState } from 'react';
import { Button } from '@mantine/core';
import { Link, useSearch } from 'wouter';
import { useApi } from '../../../api/client';
import { usePage } from '../../../kit/page';
import { Empty, Loaded } from '../../../kit/state';
import { Ago } from '../../../kit/time';
import { choice, text, useUrlState, writeState } from '../../../kit/urlstate';
import { linkOf, type Hit, type SearchAnswer } from '../api';
import { Marked } from '../parts/marked';
import { useT, type Words } from '../text';
import '../home.css';

const kinds = [
  'run',
  'experiment',
  'dataset',
  'dataset_version',
  'model',
  'model_version',
  'endpoint',
  'rollout',
  'monitor',
  'incident',
  'alert',
  'pipeline',
  'pipeline_run',
  'prediction',
] as const;
type Kind = (typeof kinds)[number];
const schema = { q: text(''), kind: choice(['', ...kinds] as const, '') };
const words: Partial<Record<Kind, Words>> = { model: 'models', endpoint: 'endpoints', rollout: 'rollouts' };
const wordOf = (kind: string): Words => words[kind as Kind] ?? (kind as Words);
const few = 5;
const page = 100;

export default function SearchPage() {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const [typed, setTyped] = useState(state.q);
  const q = state.q.trim();
  usePage({ title: q === '' ? t('search') : `${t('search')}: ${q}`, crumbs: [{ label: t('search') }] });
  useEffect(() => setTyped(state.q), [state.q]);
  return (
    <>
      <div className="page-head">
        <h1>{t('search')}</h1>
      </div>
      <form
        className="search-form"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          change({ q: typed }, { push: true });
        }}
      >
        <input
          className="search-field"
          type="search"
          aria-label={t('searchLabel')}
          placeholder={t('searchHint')}
          value={typed}
          maxLength={200}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" size="xs">
          {t('search')}
        </Button>
      </form>
      {q === '' ? <Empty title={t('searchStart')} /> : <Results q={q} kind={state.kind} />}
    </>
  );
}

function Results({ q, kind }: { q: string; kind: string }) {
  const t = useT();
  const overview = useApi<SearchAnswer>('search', { q, limit: few });
  return (
    <Loaded read={overview} lines={8}>
      {(answer) => {
        const found = answer.counts.filter((one) => one.count > 0);
        const total = found.reduce((sum, one) => sum + one.count, 0);
        if (total === 0)
          return (
            <Empty title={t('searchNone', { text: q })}>
              <p>{t('searchNoneText')}</p>
            </Empty>
          );
        return (
          <>
            <p className="meta" role="status">
              {t('found', { n: total })}
            </p>
            <Kinds counts={found} total={total} chosen={kind} />
            {kind === '' ? (
              found.map((one) => (
                <Group
                  key={one.kind}
                  kind={one.kind}
                  count={one.count}
                  hits={answer.hits.filter((hit) => hit.kind === one.kind)}
                  q={q}
                />
              ))
            ) : (
              <OneKind q={q} kind={kind} key={`${kind} ${q}`} />
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function useKindLink() {
  const search = useSearch();
  return (kind: string) => `/search?${writeState(schema, search, { kind: (kind === '' ? '' : kind) as Kind })}`;
}

function Kinds({ counts, total, chosen }: { counts: SearchAnswer['counts']; total: number; chosen: string }) {
  const t = useT();
  const linkTo = useKindLink();
  return (
    <nav aria-label={t('kinds')}>
      <ul className="search-kinds">
        {[{ kind: '', count: total }, ...counts].map((one) => (
          <li key={one.kind}>
            <Link href={linkTo(one.kind)} {...(one.kind === chosen ? { 'aria-current': 'true' as const } : {})}>
              {one.kind === '' ? t('all') : t(wordOf(one.kind))} <span className="muted">{one.count}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Group({ kind, count, hits, q }: { kind: string; count: number; hits: Hit[]; q: string }) {
  const t = useT();
  const linkTo = useKindLink();
  return (
    <section className="panel" aria-labelledby={`found-${kind}`}>
      <h2 id={`found-${kind}`}>
        {t(wordOf(kind))}
        <span className="meta">
          {count > hits.length ? (
            <Link href={linkTo(kind)}>
              {t('all')} {count}
            </Link>
          ) : (
            count
          )}
        </span>
      </h2>
      <Hits hits={hits} q={q} label={t(wordOf(kind))} />
    </section>
  );
}

function OneKind({ q, kind }: { q: string; kind: string }) {
  const t = useT();
  const [pages, setPages] = useState(1);
  return (
    <section className="panel" aria-labelledby="found">
      <h2 id="found">{t(wordOf(kind))}</h2>
      {Array.from({ length: pages }, (_, at) => (
        <Page
          key={at}
          q={q}
          kind={kind}
          offset={at * page}
          {...(at === pages - 1 ? { onMore: () => setPages(pages + 1) } : {})}
        />
      ))}
    </section>
  );
}

function Page({ q, kind, offset, onMore }: { q: string; kind: string; offset: number; onMore?: () => void }) {
  const t = useT();
  const read = useApi<SearchAnswer>('search', { q, types: kind, limit: page, offset });
  return (
    <Loaded read={read}>
      {(answer) => (
        <>
          <Hits hits={answer.hits} q={q} label={t(wordOf(kind))} />
          {onMore && answer.has_more && (
            <p>
              <Button size="xs" variant="default" onClick={onMore}>
                {t('more')}
              </Button>
            </p>
          )}
        </>
      )}
    </Loaded>
  );
}

function Hits({ hits, q, label }: { hits: Hit[]; q: string; label: string }) {
  const t = useT();
  return (
    <div className="scroll-x" tabIndex={0} role="group" aria-label={label}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('matched')}</th>
            <th scope="col">{t('where')}</th>
            <th scope="col">{t('when')}</th>
          </tr>
        </thead>
        <tbody>
          {hits.map((hit) => (
            <tr key={hit.id}>
              <td>{hit.path === '' ? hit.title : <Link href={linkOf(hit.path)}>{hit.title}</Link>}</td>
              <td className="search-match">
                <code>{hit.field}</code> <Marked text={hit.match} wanted={q} />
              </td>
              <td className="muted">{hit.detail.length > 60 ? `${hit.detail.slice(0, 60)}…` : hit.detail}</td>
              <td>{hit.at_ms > 0 && <Ago ms={hit.at_ms} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
