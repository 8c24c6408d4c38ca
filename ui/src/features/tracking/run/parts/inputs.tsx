import { Link } from 'wouter';
import { useApi } from '../../../../api/client';
import { ShortId } from '../../../../kit/copy';
import { Empty } from '../../../../kit/state';
import { Status, statusOf } from '../../../../kit/status';
import type { ModelLink, ReproduceAnswer, RunAnswer } from '../../curves/api';
import { useT } from '../../curves/text';

/** What a run read and made, with links to versions that Galley keeps. */
export function InputsOutputs({ answer }: { answer: RunAnswer }) {
  const t = useT();
  const known = useApi<ReproduceAnswer>(
    `runs/${answer.run.id}/reproduce`,
    {},
    { topics: [`run/${answer.run.id}`] },
  ).data;
  const datasets = known?.datasets ?? [];
  return (
    <>
      {known?.pipeline && (
        <p>
          {t('pipelineRun')}:{' '}
          <Link href={`/pipeline-runs/${known.pipeline.run}`}>
            {t('jobOf', { job: `${known.pipeline.pipeline} · ${known.pipeline.job}`, n: String(known.pipeline.run) })}
          </Link>
        </p>
      )}
      <section className="panel">
        <h2>{t('datasets')}</h2>
        {datasets.length === 0 ? (
          <Empty title={t('noInputs')}>
            <p>{t('noInputsText')}</p>
          </Empty>
        ) : (
          <div className="scroll-x">
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t('name')}</th>
                  <th scope="col">{t('version')}</th>
                  <th scope="col">{t('digest')}</th>
                  <th scope="col">{t('where')}</th>
                </tr>
              </thead>
              <tbody>
                {datasets.map((data) => (
                  <tr key={`${data.name} ${data.version ?? data.digest}`}>
                    <td>
                      {data.version === undefined ? (
                        data.name
                      ) : (
                        <Link href={`/datasets/${encodeURIComponent(data.name)}`}>{data.name}</Link>
                      )}
                    </td>
                    <td>{data.version ?? '–'}</td>
                    <td>
                      <ShortId id={data.digest} digits={12} />
                    </td>
                    <td className="note">
                      <code>{data.how || '–'}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <Models title={t('modelsIn')} models={answer.models_in} />
      <Models title={t('modelsOut')} models={answer.models_out} />
    </>
  );
}

function Models({ title, models }: { title: string; models: ModelLink[] }) {
  const t = useT();
  return (
    <section className="panel">
      <h2>{title}</h2>
      {models.length === 0 ? (
        <p className="muted">{t('noModels')}</p>
      ) : (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('name')}</th>
              <th scope="col">{t('type')}</th>
              <th scope="col">{t('status')}</th>
              <th scope="col" className="number">
                {t('step')}
              </th>
              <th scope="col">{t('id')}</th>
            </tr>
          </thead>
          <tbody>
            {models.map((model) => (
              <tr key={`${model.id} ${model.step}`}>
                <td>{model.name || '–'}</td>
                <td>{model.type || '–'}</td>
                <td>
                  <Status kind={statusOf(model.status)}>{model.status}</Status>
                </td>
                <td className="number">{model.step}</td>
                <td>
                  <ShortId id={model.id} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
