// The smaller tabs of a version: its first rows, its files, who reads it, how to read it.
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { Snippet } from '../../../kit/copy';
import { formatBytes } from '../../../kit/number';
import { Empty, Loaded } from '../../../kit/state';
import { Status, statusOf } from '../../../kit/status';
import { Ago } from '../../../kit/time';
import {
  datasetPath,
  type Consumer,
  type ConsumersAnswer,
  type Dataset,
  type FilesAnswer,
  type RowsAnswer,
} from '../api';
import { consumerUrl, snippets } from '../model';
import { useT, wordOf } from '../text';
import { RowsTable } from './rows';

const rowsMax = 50;

export function Sample({ name, version }: { name: string; version: string }) {
  const t = useT();
  const read = useApi<RowsAnswer>(datasetPath(name, `/versions/${version}/rows`), { limit: rowsMax }, { keep: false });
  return (
    <Loaded read={read} lines={6}>
      {(found) =>
        found.rows.length === 0 ? (
          <p className="muted">{t('noRows')}</p>
        ) : (
          <>
            <p className="meta">{t('firstRows', { n: found.rows.length })}</p>
            <RowsTable rows={found.rows} label={t('sample')} />
          </>
        )
      }
    </Loaded>
  );
}

export function Files({ name, version }: { name: string; version: number }) {
  const t = useT();
  const read = useApi<FilesAnswer>(datasetPath(name, `/versions/${version}/files`), {
    limit: 500,
  });
  return (
    <Loaded read={read} lines={6}>
      {(found) => (
        <div className="scroll-x">
          <table className="plain">
            <thead>
              <tr>
                <th>{t('file')}</th>
                <th className="number">{t('size')}</th>
                <th>SHA-256</th>
              </tr>
            </thead>
            <tbody>
              {found.files.map((file) => (
                <tr key={file.path}>
                  <td>{file.path}</td>
                  <td className="number">{formatBytes(file.bytes)}</td>
                  <td>
                    <code title={file.sha256}>{file.sha256?.slice(0, 12)}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {found.has_more && <p className="meta">{t('filesMore')}</p>}
        </div>
      )}
    </Loaded>
  );
}

function ConsumerState({ consumer }: { consumer: Consumer }) {
  const t = useT();
  if (consumer.kind === 'model') return consumer.state;
  if (consumer.kind === 'monitor') return t(consumer.state === 'kept' ? 'keptReference' : 'isReference');
  return <Status kind={statusOf(consumer.state)} />;
}

export function Consumers({ name }: { name: string }) {
  const t = useT();
  const read = useApi<ConsumersAnswer>(
    datasetPath(name, '/consumers'),
    { limit: 200 },
    { topics: [`dataset/${name}`] },
  );
  return (
    <Loaded read={read} lines={4}>
      {(found) =>
        found.consumers.length === 0 ? (
          <Empty title={t('nobody')}>
            <p>{t('nobodyText')}</p>
          </Empty>
        ) : (
          <div className="scroll-x">
            <table className="plain">
              <thead>
                <tr>
                  <th>{t('name')}</th>
                  <th>{t('kind')}</th>
                  <th>{t('ofVersion')}</th>
                  <th>{t('state')}</th>
                  <th>{t('when')}</th>
                </tr>
              </thead>
              <tbody>
                {found.consumers.map((consumer) => (
                  <tr key={`${consumer.kind} ${consumer.id} ${consumer.state}`}>
                    <td>
                      <Link href={consumerUrl(consumer)}>
                        {consumer.pipeline ? `${consumer.pipeline} #${consumer.pipeline_run} · ` : ''}
                        {consumer.name}
                      </Link>
                    </td>
                    <td>
                      {wordOf(t, consumer.kind)}
                      {!consumer.direct && <span className="muted"> ({t('indirect')})</span>}
                    </td>
                    <td>{consumer.version === undefined ? <span className="muted">–</span> : consumer.version}</td>
                    <td>
                      <ConsumerState consumer={consumer} />
                    </td>
                    <td>
                      <Ago ms={consumer.at_ms === 0 ? null : consumer.at_ms} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Loaded>
  );
}

export function ReadIt({ dataset, version }: { dataset: Dataset; version: string }) {
  const t = useT();
  return (
    <div className="snippets">
      <p>{t('readVersion', { version: `${dataset.name}@${version}` })}</p>
      {snippets(dataset.name, version, dataset.kind, dataset.location).map((one) => (
        <section key={one.title}>
          <h3>{one.title}</h3>
          <Snippet text={one.text} label={one.title} />
        </section>
      ))}
    </div>
  );
}
