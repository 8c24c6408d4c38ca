// Why a job ran, did not have to, or waits: a sentence, what changed from what to what, what is in the way.
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { Said, useSaid } from '../../../api/said';
import { formatTime } from '../../../kit/number';
import { Loaded } from '../../../kit/state';
import { jobPath, runUrl, type Change, type Job, type Pending, type Why } from '../api';
import { shortValue } from '../model';
import { stateWord, useT, type T } from '../text';
import type { en } from '../text.en';

export function useWhy(run: number, job: string, refetchMs?: number) {
  return useApi<Why>(
    jobPath(run, job),
    {},
    { topics: [`pipeline-run/${run}`], keep: false, enabled: job !== '', ...(refetchMs ? { refetchMs } : {}) },
  );
}

function word(t: T, key: string, fallback: string): string {
  const known = t(key as keyof typeof en);
  return known === key ? fallback : known;
}

export function changeText(t: T, change: Change): string {
  const name = `${word(t, `what_${change.what}`, change.what)} ${change.key}`.trim();
  if (change.before === undefined) return `${name}: ${t('isNew')}`;
  if (change.after === undefined) return `${name}: ${t('isGone')}`;
  return `${name}: ${shortValue(change.before)} → ${shortValue(change.after)}`;
}

function pendingText(t: T, pending: Pending): string {
  return word(t, `pend_${pending.kind}`, pending.text)
    .replace('{run}', String(pending.run ?? ''))
    .replace('{job}', pending.job ?? '')
    .replace('{state}', pending.state ? stateWord(t, pending.state) : '')
    .replace('{time}', formatTime(pending.until_ms, true));
}

/** The whole reason in a line. */
export function WhyLine({ why }: { why: Why }) {
  const t = useT();
  const said = useSaid();
  const [first, second, ...rest] = why.changed;
  const changes =
    why.cause === 'changed'
      ? [first, second]
          .filter((one) => one !== undefined)
          .map((one) => changeText(t, one))
          .join('; ')
      : '';
  const pending = why.pending[0];
  return (
    <p className="why-line">
      {word(t, `cause_${why.cause}`, said(why.text))} {changes}
      {rest.length > 0 && why.cause === 'changed' ? ' …' : ''}
      {pending && pendingText(t, pending)}
      {why.cached_from && (
        <>
          {' '}
          <Link href={runUrl(why.cached_from.run)}>{t('sameAs', { n: String(why.cached_from.run) })}</Link>
        </>
      )}
    </p>
  );
}

export function WhyPanel({ why, job }: { why: Why; job: Job }) {
  const t = useT();
  const detail = ['condition', 'needs', 'inputs', 'gate', 'cancelled'].includes(why.cause) ? why.text : '';
  return (
    <div className="why">
      <WhyLine why={why} />
      {detail !== '' && (
        <p>
          <code>
            <Said of={detail} />
          </code>
        </p>
      )}
      {why.pending.length > 1 && (
        <ol className="why-pending">
          {why.pending.map((pending) => (
            <li key={`${pending.kind} ${pending.text}`}>{pendingText(t, pending)}</li>
          ))}
        </ol>
      )}
      {why.pending.some((pending) => pending.kind === 'slot') && (
        <p className="meta">
          <Said of={why.text} />
        </p>
      )}
      {why.changed.length > 0 && (
        <>
          {why.cause !== 'changed' && <p>{t('alsoChanged')}</p>}
          <Changes why={why} />
        </>
      )}
      <h3>{t('inputs')}</h3>
      <div className="scroll-x">
        <table className="plain">
          <thead>
            <tr>
              <th>{t('what')}</th>
              <th>{t('name')}</th>
              <th>{t('value')}</th>
            </tr>
          </thead>
          <tbody>
            {job.depends_on.map((part) => (
              <tr key={`${part.kind} ${part.name}`}>
                <td>{word(t, `what_${part.kind}`, part.kind)}</td>
                <td>{part.name}</td>
                <td>
                  <code title={part.value}>{shortValue(part.value)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Changes({ why }: { why: Why }) {
  const t = useT();
  return (
    <div className="scroll-x">
      <table className="plain">
        {why.compared && (
          <caption className="meta">
            <Link href={runUrl(why.compared.run, why.job)}>{t('comparedWith', { n: String(why.compared.run) })}</Link>
          </caption>
        )}
        <thead>
          <tr>
            <th>{t('what')}</th>
            <th>{t('name')}</th>
            <th>{t('before')}</th>
            <th>{t('after')}</th>
          </tr>
        </thead>
        <tbody>
          {why.changed.map((change) => (
            <tr key={`${change.what} ${change.key}`}>
              <td>{word(t, `what_${change.what}`, change.what)}</td>
              <td>{change.key}</td>
              <td>
                {change.before === undefined ? (
                  <span className="muted">{t('isNew')}</span>
                ) : (
                  <code title={change.before}>{shortValue(change.before)}</code>
                )}
              </td>
              <td>
                {change.after === undefined ? (
                  <span className="muted">{t('isGone')}</span>
                ) : (
                  <code title={change.after}>{shortValue(change.after)}</code>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function WhyLoaded({ run, job, refetchMs }: { run: number; job: Job; refetchMs?: number }) {
  const why = useWhy(run, job.name, refetchMs);
  return <Loaded read={why}>{(found) => <WhyPanel why={found} job={job} />}</Loaded>;
}
