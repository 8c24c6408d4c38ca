// The experiments, each with how many runs it has and when the last one started.
import { useState } from 'react';
import { Link } from 'wouter';
import { formatCount } from '../../../../kit/number';
import { lastUrlOf } from '../../../../kit/page';
import { Ago } from '../../../../kit/time';
import type { Experiment } from '../api';
import { useT } from '../text';

export function ExperimentList({ experiments }: { experiments: Experiment[] }) {
  const t = useT();
  const [find, setFind] = useState('');
  const wanted = find.trim().toLowerCase();
  const found = experiments
    .filter((one) => one.name.toLowerCase().includes(wanted))
    .sort((a, b) => (b.last_run_ms ?? b.created_ms) - (a.last_run_ms ?? a.created_ms));
  return (
    <nav className="experiment-list" aria-label={t('list')}>
      <h2>{t('list')}</h2>
      {experiments.length > 8 && (
        <input
          className="chooser-find"
          value={find}
          placeholder={t('filterList')}
          aria-label={t('filterList')}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
      )}
      {found.length === 0 && <p className="meta">{t('noExperiment')}</p>}
      <ul>
        {found.map((one) => (
          <li key={one.number}>
            <Link href={lastUrlOf(`/experiments/${one.number}`)} className="experiment-item">
              <span className="experiment-name" title={one.name}>
                {one.name}
              </span>
              <span className="number">{formatCount(one.runs.active)}</span>
              <span className="meta">
                {one.last_run_ms === undefined ? (
                  t('noRuns')
                ) : (
                  <>
                    {t('lastRun')} <Ago ms={one.last_run_ms} />
                  </>
                )}
              </span>
              {one.runs.running > 0 && (
                <span className="meta run-running">◔ {t('running', { n: one.runs.running })}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
