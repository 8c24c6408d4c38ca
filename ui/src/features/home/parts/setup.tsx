// A new server's checklist: each step ticks itself by what has happened.
import { serverUrl } from '../../../api/base';
import { Snippet } from '../../../kit/copy';
import { Status } from '../../../kit/status';
import type { SetupStep } from '../api';
import { useT, type Words } from '../text';

const words: Record<SetupStep['step'], Words> = {
  dataset: 'stepDataset',
  run: 'stepRun',
  model: 'stepModel',
  endpoint: 'stepEndpoint',
  prediction: 'stepPrediction',
  label: 'stepLabel',
  monitor: 'stepMonitor',
};

/** What to type for a step, with this server's address. */
export function snippetOf(step: SetupStep['step'], server: string): string {
  switch (step) {
    case 'dataset':
      return 'galley dataset commit sales sales.csv';
    case 'run':
      return `import mlflow\nmlflow.set_tracking_uri("${server}")\nwith mlflow.start_run(): mlflow.log_metric("auc", 0.9)`;
    case 'model':
      return `import mlflow\nmlflow.set_tracking_uri("${server}")\nmlflow.sklearn.log_model(model, name="model", registered_model_name="my-model")`;
    case 'endpoint':
      return 'galley endpoint create my-endpoint --model my-model@1';
    case 'prediction':
      return 'curl http://127.0.0.1:8080/api/v1/endpoints/my-endpoint/predict \\\n  -H "Content-Type: application/json" -d \'{"dataframe_split": {"columns": ["x"], "data": [[1]]}}\'';
    case 'label':
      return 'curl http://127.0.0.1:8080/api/v1/endpoints/my-endpoint/labels \\\n  -H "Content-Type: application/json" -d \'{"labels": [{"prediction_id": "ID", "truth": true}]}\'';
    case 'monitor':
      return 'echo "monitors: {mine: {endpoint: my-endpoint}}" > galley.yaml\ngalley monitor apply';
  }
}

export function Setup({ steps }: { steps: SetupStep[] }) {
  const t = useT();
  const next = steps.find((step) => !step.done);
  return (
    <section className="panel" aria-labelledby="setup-title">
      <h2 id="setup-title">
        {t('setup')}
        <span className="meta">{t('setupText')}</span>
      </h2>
      <ol className="setup">
        {steps.map(({ step, done }) => (
          <li key={step} data-step={step} data-done={done}>
            <Status kind={done ? 'succeeded' : 'queued'} quiet>
              {done ? t('done') : t('toDo')}
            </Status>{' '}
            {t(words[step])}
          </li>
        ))}
      </ol>
      {next && (
        <>
          <h3>
            {t('setupNext')}: {t(words[next.step])}
          </h3>
          <Snippet text={snippetOf(next.step, serverUrl())} />
        </>
      )}
    </section>
  );
}
