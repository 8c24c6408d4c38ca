import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Run } from '../../curves/api';
import { useT } from '../../curves/text';
import { Pairs } from './overview';

/** Parameters and tags, searched at once, and the way to a comparison with another run. */
export function Config({ run }: { run: Run }) {
  const t = useT();
  const [search, setSearch] = useState('');
  const wanted = search.toLowerCase();
  const matches = (pair: { key: string; value: string }) =>
    wanted === '' || pair.key.toLowerCase().includes(wanted) || pair.value.toLowerCase().includes(wanted);
  return (
    <>
      <div className="toolbar">
        <span className="field">
          <input
            type="search"
            placeholder={t('searchKeys')}
            aria-label={t('searchKeys')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </span>
        <DiffWith run={run} />
      </div>
      <div className="columns">
        <Pairs
          title={t('parameters')}
          pairs={run.params.filter(matches)}
          none={wanted === '' ? t('noParams') : t('noMatch', { text: search })}
        />
        <Pairs
          title={t('tags')}
          pairs={run.tags.filter(matches)}
          none={wanted === '' ? t('noTags') : t('noMatch', { text: search })}
        />
      </div>
    </>
  );
}

function DiffWith({ run }: { run: Run }) {
  const t = useT();
  const [other, setOther] = useState('');
  const [, navigate] = useLocation();
  return (
    <form
      className="field"
      onSubmit={(event) => {
        event.preventDefault();
        if (other.trim() !== '') navigate(`/compare?runs=${run.id},${other.trim()}&tab=diff`);
      }}
    >
      <label htmlFor="diff-with">{t('diffWith')}</label>
      <input
        id="diff-with"
        type="text"
        value={other}
        placeholder={t('diffHint')}
        onChange={(event) => setOther(event.target.value)}
      />
      <button type="submit" className="chip" disabled={other.trim() === ''}>
        {t('diffGo')}
      </button>
    </form>
  );
}
