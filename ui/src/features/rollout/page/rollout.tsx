import { Link, useParams } from 'wouter';
import { useApi } from '../../../api/client';
import { Said } from '../../../api/said';
import { usePage } from '../../../kit/page';
import { Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Ago } from '../../../kit/time';
import type { RolloutReview } from '../api';
import { EventsPanel } from '../parts/events';
import { EvidencePanel, MismatchBanner } from '../parts/evidence';
import { OverTimePanel } from '../parts/overtimepanel';
import { SeriesPanel } from '../parts/series';
import { TimelinePanel } from '../parts/timeline';
import { TrafficPanel } from '../parts/traffic';
import { Verbs } from '../parts/verbs';
import { nameOf, needsText, openQuestion, phaseStatus } from '../parts/words';
import '../rollout.css';
import { useT } from '../text';

function Head({ review, reload }: { review: RolloutReview; reload: () => Promise<unknown> }) {
  const t = useT();
  const { rollout } = review;
  const question = openQuestion(review);
  const isOpen = rollout.ended_ms === undefined;
  return (
    <div className="page-head">
      <div>
        <h1>{t('rollout_title', { number: rollout.number, endpoint: rollout.endpoint })}</h1>
        <p className="lead">
          <Status kind={phaseStatus(rollout.phase)}>{t(rollout.phase)}</Status>{' '}
          <Link href={`/models/${rollout.challenger.model}`}>
            {t('against', { challenger: nameOf(rollout.challenger), champion: nameOf(rollout.champion) })}
          </Link>{' '}
          <span className="meta">
            {t('started', { actor: rollout.actor })} <Ago ms={rollout.created_ms} />
            {rollout.started_because !== '' && ` · ${t('because', { reason: rollout.started_because })}`}
          </span>
        </p>
        <p className="rollout-reason">
          <Said of={rollout.reason} />
        </p>
        {isOpen && question?.needs_more && (
          <p className="needs">
            <strong>{needsText(question.needs_more, t)}</strong>{' '}
            <span className="meta">
              {t('present')}
              {question.needs_more.anew && `; ${t('needs_anew')}`}
            </span>
          </p>
        )}
      </div>
      <Verbs review={review} reload={reload} />
    </div>
  );
}

export default function RolloutPage() {
  const t = useT();
  const { number = '' } = useParams<{ number: string }>();
  const read = useApi<RolloutReview>(
    `rollouts/${encodeURIComponent(number)}`,
    {},
    { topics: [`rollout/${number}`], refetchMs: 2000, keep: false },
  );
  const endpoint = read.data?.rollout.endpoint;
  usePage({
    title: endpoint ? t('rollout_title', { number, endpoint }) : t('rollout_of', { number }),
    crumbs: [
      { label: t('endpoints'), path: '/endpoints' },
      ...(endpoint ? [{ label: endpoint, path: `/endpoints/${endpoint}` }] : []),
      { label: t('rollout_of', { number }) },
    ],
  });
  return (
    <Loaded read={read} lines={8}>
      {(review) => {
        const series = review.evidence.find((row) => row.points.length > 0);
        return (
          <div className="rollout">
            <Head review={review} reload={() => read.refetch()} />
            <MismatchBanner review={review} />
            <TrafficPanel review={review} />
            <EvidencePanel review={review} />
            <div className="columns">
              <TimelinePanel review={review} />
              {series && <SeriesPanel row={series} />}
            </div>
            <OverTimePanel number={review.rollout.number} steps={review.timeline} />
            <EventsPanel review={review} />
          </div>
        );
      }}
    </Loaded>
  );
}
