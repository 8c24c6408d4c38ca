import { useApi } from '../../../../api/client';
import { Said } from '../../../../api/said';
import { ShortId, Snippet } from '../../../../kit/copy';
import { Loaded } from '../../../../kit/state';
import type { ReproduceAnswer, Run } from '../../curves/api';
import { useT } from '../../curves/text';

/** The run's commands, and between them those that bring its datasets. */
function commandsOf(known: ReproduceAnswer): string[] {
  const checkouts = known.datasets.filter((data) => data.version !== undefined).map((data) => data.how);
  return [...known.commands.slice(0, -1), ...checkouts, ...known.commands.slice(-1)];
}

/** How to do it again, as far as it is known, and what is not. */
export function Reproduce({ run }: { run: Run }) {
  const t = useT();
  const read = useApi<ReproduceAnswer>(`runs/${run.id}/reproduce`, {}, { topics: [`run/${run.id}`] });
  const kinds: Record<string, string> = {
    commit: t('kindCommit'),
    command: t('kindCommand'),
    dataset: t('kindDataset'),
    environment: t('kindEnvironment'),
    changes: t('kindChanges'),
  };
  return (
    <Loaded read={read}>
      {(known) => (
        <>
          <section className="panel">
            <h2>{t('commands')}</h2>
            {known.commands.length === 0 ? (
              <p className="muted">{t('commandsNone')}</p>
            ) : (
              <Snippet text={commandsOf(known).join('\n')} label={t('commands')} />
            )}
          </section>
          <section className="panel">
            <h2>{t('missingTitle')}</h2>
            {known.missing.length === 0 ? (
              <p>{t('missingNone')}</p>
            ) : (
              <ul className="missing-list">
                {known.missing.map((miss) => (
                  <li key={miss.what + miss.why}>
                    <strong>{kinds[miss.what] ?? miss.what}</strong>: <Said of={miss.why} />
                  </li>
                ))}
              </ul>
            )}
          </section>
          {known.code && (
            <section className="panel">
              <h2>{t('code')}</h2>
              <dl className="facts">
                <dt>{t('commit')}</dt>
                <dd>
                  {known.code.commit ? (
                    <>
                      <ShortId id={known.code.commit} digits={40} />
                      {known.code.has_changes && ` ${t('changes')}`}
                    </>
                  ) : (
                    '–'
                  )}
                </dd>
                <dt>{t('branch')}</dt>
                <dd>{known.code.branch || '–'}</dd>
                <dt>{t('repository')}</dt>
                <dd>{known.code.repository || '–'}</dd>
                <dt>{t('source')}</dt>
                <dd>{known.code.source || '–'}</dd>
              </dl>
            </section>
          )}
          {known.datasets.length > 0 && (
            <section className="panel">
              <h2>{t('datasets')}</h2>
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t('name')}</th>
                    <th scope="col">{t('digest')}</th>
                    <th scope="col">{t('howAgain')}</th>
                  </tr>
                </thead>
                <tbody>
                  {known.datasets.map((data) => (
                    <tr key={`${data.name} ${data.digest}`}>
                      <td>
                        {data.name}
                        {data.version !== undefined && `@${data.version}`}
                      </td>
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
            </section>
          )}
        </>
      )}
    </Loaded>
  );
}
