import '../experiments.css';
import { useMemo } from 'react';
import { useApi } from '../../../../api/client';
import { StoredView } from '../../../../api/views';
import { usePage } from '../../../../kit/page';
import { Loaded } from '../../../../kit/state';
import type { ExperimentsAnswer } from '../api';
import { ExperimentList } from '../parts/list';
import { Runs } from '../parts/runs';
import { useT } from '../text';

const topicsMost = 50;

/** All experiments, and the runs of all of them. */
export default function Experiments() {
  const t = useT();
  usePage({ title: t('experiments'), crumbs: [{ label: t('experiments') }] });
  const read = useApi<ExperimentsAnswer>('experiments', { limit: 1000 }, { topics: ['home'] });
  const topics = useMemo(
    () => (read.data?.experiments ?? []).slice(0, topicsMost).map((one) => `experiment/${one.number}`),
    [read.data],
  );
  return (
    <>
      <h1 className="sr-only">{t('experiments')}</h1>
      <div className="experiments">
        <Loaded read={read} lines={6}>
          {({ experiments }) => <ExperimentList experiments={experiments} />}
        </Loaded>
        <StoredView page="runs">
          <Runs experiment={undefined} name={undefined} topics={topics} />
        </StoredView>
      </div>
    </>
  );
}
