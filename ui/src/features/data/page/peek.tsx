// A dataset in the inspector.
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { formatBytes, formatCount } from '../../../kit/number';
import { Loaded } from '../../../kit/state';
import { Ago } from '../../../kit/time';
import { datasetPath, datasetUrl, type DatasetAnswer } from '../api';
import { changeOf } from '../model';
import { useT } from '../text';
import { OutcomeOf } from './datasets';

export default function DatasetPeek({ id }: { id: string }) {
  const t = useT();
  const read = useApi<DatasetAnswer>(datasetPath(id), {}, { topics: [`dataset/${id}`] });
  return (
    <Loaded read={read}>
      {({ dataset }) => (
        <>
          <h2>{dataset.name}</h2>
          <p>
            <OutcomeOf dataset={dataset} /> · <Link href={datasetUrl(dataset.name)}>{t('open')}</Link>
          </p>
          {dataset.latest && (
            <dl className="facts">
              <dt>{t('latest')}</dt>
              <dd>
                {dataset.latest.version} ({dataset.latest.mode} {changeOf(dataset.latest)})
              </dd>
              <dt>{t('rows')}</dt>
              <dd>{formatCount(dataset.latest.rows)}</dd>
              <dt>{t('size')}</dt>
              <dd>{formatBytes(dataset.latest.bytes)}</dd>
              <dt>{t('age')}</dt>
              <dd>
                <Ago ms={dataset.latest.created_ms} />
              </dd>
              <dt>{t('source')}</dt>
              <dd>{dataset.latest.source === '' ? '–' : dataset.latest.source}</dd>
              <dt>{t('columns')}</dt>
              <dd>{dataset.latest.columns.map((column) => column.name).join(', ')}</dd>
            </dl>
          )}
        </>
      )}
    </Loaded>
  );
}
