import '../experiments.css';
import { useMemo } from 'react';
import { useParams } from 'wouter';
import { useApi } from '../../../../api/client';
import { StoredView } from '../../../../api/views';
import { usePage } from '../../../../kit/page';
import { Loaded } from '../../../../kit/state';
import type { ExperimentAnswer, ExperimentsAnswer } from '../api';
import { Runs } from '../parts/runs';
import { useT } from '../text';

/** The runs of one experiment. */
export default function ExperimentPage() {
  const t = useT();
  const { number } = useParams<{ number: string }>();
  const read = useApi<ExperimentAnswer>(
    `experiments/${encodeURIComponent(number ?? '')}`,
    {},
    { topics: [`experiment/${number ?? ''}`] },
  );
  const others = useApi<ExperimentsAnswer>('experiments', { limit: 200 });
  const name = read.data?.experiment.name ?? number ?? '';
  usePage({
    title: name,
    crumbs: [
      { label: t('experiments'), path: '/experiments' },
      {
        label: name,
        siblings: (others.data?.experiments ?? [])
          .filter((one) => one.number !== number)
          .map((one) => ({ label: one.name, path: `/experiments/${one.number}` })),
      },
    ],
  });
  const topics = useMemo(() => [`experiment/${number ?? ''}`], [number]);
  return (
    <>
      <h1>{name}</h1>
      <Loaded read={read}>
        {({ experiment }) => (
          <StoredView page="runs">
            <Runs experiment={experiment.number} name={experiment.name} topics={topics} />
          </StoredView>
        )}
      </Loaded>
    </>
  );
}
