// What waits for a person, with the verb beside it.
import { useState } from 'react';
import { Said } from '../../../api/said';
import { Link } from 'wouter';
import { Status, type StatusKind } from '../../../kit/status';
import { Ago } from '../../../kit/time';
import { linkOf, type Need } from '../api';
import { useT, type T } from '../text';
import { Outcome, type Aborted } from './outcome';
import { Verbs } from './verbs';

function nameOf(need: Need, t: T): string {
  const { title, id } = need;
  switch (need.kind) {
    case 'rollout':
      return t('needRollout', { number: id, endpoint: title });
    case 'incident':
      return t('needIncident', { number: id, title });
    case 'alert':
      return t('needAlert', { title });
    case 'pipeline':
      return t('needPipeline', { title, number: id });
    case 'schedule':
      return t('needSchedule', { title });
    case 'endpoint':
      return t('needEndpoint', { title });
  }
}

function stateOf(need: Need, t: T): [StatusKind, string] {
  switch (need.kind) {
    case 'rollout': {
      const phase = need.rollout?.phase ?? '';
      if (phase === 'paused') return ['paused', t('paused')];
      return phase === 'degraded' ? ['inconclusive', t('degraded')] : ['running', t('progressing')];
    }
    case 'incident':
      return ['firing', t('openIncident')];
    case 'alert':
      return ['firing', t('firing')];
    case 'schedule':
      return ['warning', t('problem')];
    case 'pipeline':
    case 'endpoint':
      return ['failed', t('failed')];
  }
}

function whyOf(need: Need, t: T): string {
  if (need.kind === 'pipeline') return need.reason === 'refused' ? t('refused') : '';
  return need.reason;
}

export function Needs({ needs, more }: { needs: Need[]; more: boolean }) {
  const t = useT();
  const [aborted, setAborted] = useState<Aborted[]>([]);
  return (
    <section className="panel" aria-labelledby="needs-title">
      <h2 id="needs-title">
        {t('needs')}
        {needs.length > 0 && <span className="meta">{needs.length}</span>}
      </h2>
      {aborted.map((one) => (
        <Outcome key={one.number} aborted={one} />
      ))}
      {needs.length === 0 && aborted.length === 0 && (
        <p className="needs-none">
          <Status kind="succeeded">{t('needsNone')}</Status> <span className="muted">{t('needsNoneText')}</span>
        </p>
      )}
      {needs.length > 0 && (
        <ul className="needs">
          {needs.map((need) => (
            <Row
              key={`${need.kind} ${need.id}`}
              need={need}
              onAborted={(one) => setAborted((before) => [...before.filter((it) => it.number !== one.number), one])}
            />
          ))}
        </ul>
      )}
      {more && <p className="meta">{t('needsMore')}</p>}
    </section>
  );
}

function Row({ need, onAborted }: { need: Need; onAborted: (one: Aborted) => void }) {
  const t = useT();
  const [kind, word] = stateOf(need, t);
  const { rollout } = need;
  const share = rollout ? `${rollout.weight / 10} %` : '';
  return (
    <li className="need" data-kind={need.kind}>
      <Status kind={kind}>{word}</Status>
      <div className="need-what">
        <Link href={linkOf(need.path)} className="need-name">
          {nameOf(need, t)}
        </Link>
        {rollout && (
          <p>
            {rollout.weight === 0 && rollout.mirror > 0
              ? t('mirrored', rollout)
              : t('split', { weight: share, challenger: rollout.challenger, champion: rollout.champion })}
          </p>
        )}
        {whyOf(need, t) !== '' && (
          <p className="muted need-why">
            <Said of={whyOf(need, t)} />
          </p>
        )}
      </div>
      <span className="meta need-since">
        <Ago ms={need.since_ms} />
      </span>
      <Verbs need={need} onAborted={onAborted} />
    </li>
  );
}
