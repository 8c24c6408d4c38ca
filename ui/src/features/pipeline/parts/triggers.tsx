// What starts runs by itself, and when next.
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { Said } from '../../../api/said';
import { formatTime } from '../../../kit/number';
import { Ago } from '../../../kit/time';
import { runUrl, type TriggersAnswer } from '../api';
import { useT } from '../text';

export function Triggers({ pipeline }: { pipeline?: string }) {
  const t = useT();
  const triggers = useApi<TriggersAnswer>('pipelines/triggers', {}, { refetchMs: 30_000 });
  if (!triggers.data) return null;
  const shown = triggers.data.triggers.filter(
    (trigger) => pipeline === undefined || pipeline === '' || trigger.pipeline === pipeline,
  );
  return (
    <section className="panel">
      <h2>{t('triggers')}</h2>
      {shown.length === 0 && <p className="muted">{t('noTriggers', { command: 'galley pipeline apply' })}</p>}
      {shown.length > 0 && (
        <div className="scroll-x">
          <table className="plain">
            <thead>
              <tr>
                <th>{t('pipeline')}</th>
                <th>{t('trigger')}</th>
                <th>{t('waitsFor')}</th>
                <th>{t('next')}</th>
                <th>{t('lastEvent')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((trigger) => (
                <tr key={`${trigger.folder} ${trigger.trigger} ${trigger.waits_for}`}>
                  <td title={`${trigger.folder}/${trigger.file}`}>{trigger.pipeline}</td>
                  <td>
                    <Said of={trigger.trigger} />
                    {!trigger.supported && <span className="muted"> ({t('unsupported')})</span>}
                  </td>
                  <td>
                    <code>{trigger.waits_for}</code>
                    {trigger.problem !== '' && (
                      <div className="warn">
                        △ <Said of={trigger.problem} />
                      </div>
                    )}
                  </td>
                  <td>
                    {trigger.next_ms === undefined ? <span className="muted">–</span> : formatTime(trigger.next_ms)}
                  </td>
                  <td>
                    {trigger.last ? (
                      <>
                        <Ago ms={trigger.last.created_ms} />{' '}
                        {trigger.last.run !== undefined && (
                          <Link href={runUrl(trigger.last.run)}>{t('run', { n: String(trigger.last.run) })}</Link>
                        )}
                        {trigger.last.error !== '' && (
                          <span className="bad">
                            {' '}
                            <Said of={trigger.last.error} />
                          </span>
                        )}
                      </>
                    ) : (
                      <span className="muted">–</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
