import { useState } from 'react';
import { Select } from '@mantine/core';
import { Link } from 'wouter';
import { queries, send } from '../../../api/client';
import { Confirm } from '../../../kit/confirm';
import { formatMetric } from '../../../kit/number';
import { useSettings } from '../../../kit/settings';
import { Status } from '../../../kit/status';
import { Ago } from '../../../kit/time';
import { listedOnly, type Candidate, type Incident, type MonitorSettings } from '../api';
import { useT } from '../text';
import { candidatePath, kindName, sentenceOf, windowName } from './wording';

type Props = { incident: Incident; settings: MonitorSettings | undefined; few?: boolean };

/** What was ranked, the likeliest first; those that are not suspected are folded away. */
export function Causes({ incident, settings, few }: Props) {
  const t = useT();
  const newest = incident.rankings[incident.rankings.length - 1];
  const [chosen, setChosen] = useState<number | null>(null);
  const ranking = incident.rankings.find((one) => one.number === chosen) ?? newest;
  if (!ranking) return <p className="muted">{t('rankedNone')}</p>;
  const name = (window: number) => windowName(settings, window, incident.width);
  const suspected = ranking.candidates.filter((one) => one.score >= listedOnly);
  const listed = ranking.candidates.length - suspected.length;
  const row = (candidate: Candidate, at: number) => (
    <Cause
      key={`${candidate.kind} ${candidate.name}`}
      candidate={candidate}
      rank={at + 1}
      incident={incident}
      name={name}
      canName={!few && ranking === newest && incident.state === 'open'}
    />
  );
  return (
    <section className={few ? 'causes-few' : 'panel'} aria-labelledby="causes">
      <h2 id="causes">
        {t('causes')}{' '}
        <span className="meta">
          <Ago ms={ranking.made_ms} /> · {name(ranking.first_window)} – {name(ranking.window)}
        </span>
        {!few && incident.rankings.length > 1 && (
          <span className="panel-verbs">
            <Select
              size="xs"
              aria-label={t('ranking')}
              allowDeselect={false}
              value={String(ranking.number)}
              onChange={(value) => setChosen(Number(value))}
              data={[...incident.rankings].reverse().map((one) => ({
                value: String(one.number),
                label: t('rankingN', { number: one.number, window: name(one.window) }),
              }))}
            />
          </span>
        )}
      </h2>
      {!ranking.claims_data_fault && <p className="muted">{t('noDataFault')}</p>}
      {suspected.length === 0 && <p>{t('rankedNone')}</p>}
      <ol className="causes">{suspected.map(row)}</ol>
      {listed > 0 && !few && (
        <details className="listed">
          <summary>{t('listed', { n: listed })}</summary>
          <ol className="causes">
            {ranking.candidates.slice(suspected.length).map((candidate, at) => row(candidate, suspected.length + at))}
          </ol>
        </details>
      )}
    </section>
  );
}

function Score({ score }: { score: number }) {
  const t = useT();
  return (
    <span className="score">
      <span className="score-track" role="img" aria-label={t('score', { score: score.toFixed(2) })}>
        <span
          className={score >= listedOnly ? 'score-fill is-suspected' : 'score-fill'}
          style={{ width: `${Math.round(score * 100)}%`, display: 'block' }}
        />
      </span>
      <span className="number" aria-hidden="true">
        {score.toFixed(2)}
      </span>
    </span>
  );
}

function Cause({
  candidate,
  rank,
  incident,
  name,
  canName,
}: {
  candidate: Candidate;
  rank: number;
  incident: Incident;
  name: (window: number) => string;
  canName: boolean;
}) {
  const t = useT();
  const { language } = useSettings();
  const path = candidatePath(candidate, incident.monitor, incident.endpoint);
  const title = `${kindName(candidate.kind, t)}${candidate.name === '' ? '' : ` ${candidate.name}`}`;
  return (
    <li className="cause">
      <span className="cause-rank">{rank}</span>
      <Score score={candidate.score} />
      <div>
        <p>
          <span className="muted">{kindName(candidate.kind, t)}</span>{' '}
          <span className="cause-name">{candidate.name}</span>{' '}
          {candidate.claims_data_fault && <Status kind="warning">{t('dataFault')}</Status>}{' '}
          {candidate.since !== undefined && (
            <span className="muted">{t('sinceWindow', { window: name(candidate.since) })}</span>
          )}
        </p>
        <p>{language === 'en' ? candidate.what : sentenceOf(candidate, t)}</p>
        {candidate.evidence.length > 0 && <Evidence candidate={candidate} />}
      </div>
      <span className="cause-verbs">
        {path !== null && (
          <Link href={path}>
            {t('openLink')}
            <span className="sr-only"> {title}</span>
          </Link>
        )}
        {canName && candidate.score >= listedOnly && (
          <Confirm
            label={t('nameThis')}
            effect={t('nameThisEffect', { rank, name: title, number: incident.number })}
            run={() =>
              send('POST', `incidents/${incident.number}/cause`, { rank }).then(() => queries.invalidateQueries())
            }
          />
        )}
      </span>
    </li>
  );
}

function Evidence({ candidate }: { candidate: Candidate }) {
  const t = useT();
  const shown = (value: string) => (/^-?\d+\.\d+/.test(value) ? formatMetric(value) : value);
  return (
    <details>
      <summary>{t('evidence')}</summary>
      <dl className="facts">
        {candidate.evidence.map((fact) => (
          <div key={fact.name} className="fact">
            <dt>
              <code>{fact.name}</code>
            </dt>
            <dd title={fact.value}>{shown(fact.value)}</dd>
          </div>
        ))}
      </dl>
      {candidate.events.length > 0 && (
        <p>
          {t('events')}:{' '}
          {candidate.events.map((sequence) => (
            <Link key={sequence} href={`/audit?event=${sequence}`}>
              {t('eventN', { n: String(sequence) })}{' '}
            </Link>
          ))}
        </p>
      )}
    </details>
  );
}
