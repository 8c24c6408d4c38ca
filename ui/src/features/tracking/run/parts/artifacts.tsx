// A run's files: one folder at a time, with a preview that never runs what is in a file.
import { useQuery } from '@tanstack/react-query';
import { ApiError, urlOf, useApi } from '../../../../api/client';
import { Icon } from '../../../../kit/icon';
import { formatBytes } from '../../../../kit/number';
import { Empty, Failure, Loaded, Loading } from '../../../../kit/state';
import { text, useUrlState } from '../../../../kit/urlstate';
import type { FilesAnswer, Run, RunFile } from '../../curves/api';
import { parseTable } from '../../curves/keys';
import { useT } from '../../curves/text';

const schema = { path: text(), file: text() };
const entriesMax = 500;
const previewBytes = 65_536;
const previewRows = 200;

export function Artifacts({ run }: { run: Run }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const read = useApi<FilesAnswer>(
    `runs/${run.id}/files`,
    { path: state.path, limit: entriesMax },
    { topics: [`run/${run.id}`] },
  );
  const parts = state.path === '' ? [] : state.path.split('/');
  return (
    <Loaded read={read}>
      {(answer) => {
        if (!answer.is_here)
          return (
            <Empty title={t('elsewhere')}>
              <p>{t('elsewhereText', { uri: answer.root_uri })}</p>
            </Empty>
          );
        if (answer.entries.length === 0 && state.path === '')
          return (
            <Empty title={t('noFiles')}>
              <p>{t('noFilesText')}</p>
            </Empty>
          );
        const chosen = answer.entries.find((entry) => entry.path === state.file);
        return (
          <div className="files">
            <div>
              <nav className="crumb-path" aria-label={t('folder')}>
                <button type="button" onClick={() => change({ path: '', file: '' })}>
                  {t('root')}
                </button>
                {parts.map((part, at) => (
                  <span key={parts.slice(0, at + 1).join('/')}>
                    /{' '}
                    <button type="button" onClick={() => change({ path: parts.slice(0, at + 1).join('/'), file: '' })}>
                      {part}
                    </button>
                  </span>
                ))}
              </nav>
              <ul className="files-list">
                {answer.entries.map((entry) => (
                  <Entry
                    key={entry.path}
                    entry={entry}
                    chosen={entry.path === state.file}
                    onChoose={() =>
                      change(entry.is_folder ? { path: entry.path, file: '' } : { file: entry.path }, {
                        push: entry.is_folder,
                      })
                    }
                  />
                ))}
              </ul>
              {answer.has_more && <p className="meta">{t('moreFiles', { n: entriesMax })}</p>}
            </div>
            <div>
              {chosen ? <Preview key={chosen.path} run={run} file={chosen} /> : <p className="muted">{t('choose')}</p>}
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}

function Entry({ entry, chosen, onChoose }: { entry: RunFile; chosen: boolean; onChoose: () => void }) {
  const t = useT();
  return (
    <li>
      <button type="button" aria-current={chosen} onClick={onChoose}>
        <Icon name={entry.is_folder ? 'folder' : 'file'} size={14} />
        <span className="name" title={entry.name}>
          {entry.name}
        </span>
        <span className="meta">
          {entry.is_folder ? `${t('files', { n: entry.files })} · ` : ''}
          {formatBytes(entry.size)}
        </span>
      </button>
    </li>
  );
}

function Preview({ run, file }: { run: Run; file: RunFile }) {
  const t = useT();
  const url = urlOf(`runs/${run.id}/file`, { path: file.path });
  return (
    <div>
      <div className="toolbar">
        <h2>{file.name}</h2>
        <a href={url} download={file.name} className="chip">
          <Icon name="download" size={14} /> {t('download')}
        </a>
        {file.preview === 'sandbox' && (
          <a href={url} target="_blank" rel="noreferrer" className="chip">
            <Icon name="external-link" size={14} /> {t('open')}
          </a>
        )}
      </div>
      {file.preview === 'image' || file.name.endsWith('.svg') ? (
        <img className="preview-image" src={url} alt={file.name} />
      ) : file.preview === 'text' || file.preview === 'table' ? (
        <TextPreview url={url} file={file} />
      ) : (
        <p className="muted">{t('noPreview')}</p>
      )}
    </div>
  );
}

async function beginningOf(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { headers: { Range: `bytes=0-${previewBytes - 1}` }, signal });
  if (!response.ok && response.status !== 416)
    throw new ApiError(response.status, `http_${response.status}`, response.statusText);
  return response.status === 416 ? '' : response.text();
}

function TextPreview({ url, file }: { url: string; file: RunFile }) {
  const t = useT();
  const read = useQuery({ queryKey: ['file', url, file.size], queryFn: ({ signal }) => beginningOf(url, signal) });
  if (read.error) return <Failure error={read.error} retry={() => void read.refetch()} />;
  if (read.data === undefined) return <Loading />;
  const cut = file.size > previewBytes && (
    <p className="meta">{t('cut', { shown: formatBytes(previewBytes), size: formatBytes(file.size) })}</p>
  );
  if (file.preview === 'text')
    return (
      <>
        {cut}
        <pre className="preview-text" tabIndex={0} aria-label={file.name}>
          {read.data}
        </pre>
      </>
    );
  const [head = [], ...rows] = parseTable(read.data, file.name.endsWith('.tsv') ? '\t' : ',', previewRows + 1);
  return (
    <>
      {cut}
      {rows.length === previewRows && <p className="meta">{t('cutRows', { n: previewRows })}</p>}
      <div className="preview-table" tabIndex={0} role="region" aria-label={file.name}>
        <table className="plain">
          <thead>
            <tr>
              {head.map((cell, at) => (
                <th key={at} scope="col">
                  {cell}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                {row.map((cell, column) => (
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
