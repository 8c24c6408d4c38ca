// What the machine did while the run went on, as MLflow's client measures it.
import { useMemo } from 'react';
import { useApi } from '../../../../api/client';
import { plainChart, type ChartState } from '../../../../kit/chart/state';
import { Snippet } from '../../../../kit/copy';
import { Empty, Loaded } from '../../../../kit/state';
import type { KeysAnswer, Run } from '../../curves/api';
import { groupSystem, systemTitle } from '../../curves/keys';
import { useT } from '../../curves/text';
import { OneChart } from './charts';

const keysMax = 1000;
const state: ChartState = { ...plainChart, x: 'relative' };
const snippet = [
  'import mlflow',
  '# before start_run; or in the environment: MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING=true',
  'mlflow.enable_system_metrics_logging()',
].join('\n');

export function System({ run }: { run: Run }) {
  const read = useApi<KeysAnswer>(
    `runs/${run.id}/keys`,
    { q: 'system/', limit: keysMax },
    { topics: [`run/${run.id}`] },
  );
  return <Loaded read={read}>{(answer) => <Sections answer={answer} run={run} />}</Loaded>;
}

function Sections({ answer, run }: { answer: KeysAnswer; run: Run }) {
  const t = useT();
  const keys = answer.keys.map((key) => key.key).join('\n');
  const all = useMemo(() => groupSystem(keys.split('\n')).flatMap((group) => group.keys), [keys]);
  if (all.length === 0)
    return (
      <Empty title={t('noSystem')}>
        <p>{t('noSystemText')}</p>
        {run.status === 'running' && <p>{t('noSystemLive')}</p>}
        <Snippet text={snippet} label="mlflow" />
      </Empty>
    );
  return (
    <>
      {answer.has_more && <p className="meta">{t('moreKeys', { n: keysMax })}</p>}
      <div className="chart-grid">
        {all.map((key) => {
          const { title, unit } = systemTitle(key);
          const words = unit === '' ? title : `${title}, ${unit}`;
          return <OneChart key={key} metric={key} run={run} state={state} title={words} />;
        })}
      </div>
    </>
  );
}
