import { Link } from 'wouter';
import { formatCount, formatMetric, formatShare, formatTime } from '../../../kit/number';
import { Status, statusOf } from '../../../kit/status';
import { Ago } from '../../../kit/time';
import type { Champion, Quality } from '../api';
import { useT, type T } from '../text';

/** A place in event time: of a column as it is, else as the time that it is. */
function placeOf(value: number, quality: Quality, t: T): string {
  return quality.time === '' ? formatTime(value * 1000) : t('at', { time: quality.time, value: formatMetric(value) });
}

export function Champions({ champions }: { champions: Champion[] }) {
  const t = useT();
  const minutes = champions[0]?.minutes ?? 60;
  return (
    <section className="panel" aria-labelledby="champions-title">
      <h2 id="champions-title">{t('champions')}</h2>
      {champions.length === 0 ? (
        <p className="muted">{t('championsNone')}</p>
      ) : (
        <div className="scroll-x" tabIndex={0} role="group" aria-label={t('champions')}>
          <table className="plain champions">
            <thead>
              <tr>
                <th scope="col">{t('endpoint')}</th>
                <th scope="col">{t('model')}</th>
                <th scope="col" className="number">
                  {t('quality')}
                </th>
                <th scope="col">{t('lag')}</th>
                <th scope="col" className="number">
                  {t('requests')} <span className="meta">{t('lastMinutes', { n: minutes })}</span>
                </th>
                <th scope="col" className="number">
                  {t('failedN')}
                </th>
                <th scope="col" className="number">
                  {t('p99')}
                </th>
                <th scope="col">{t('since2')}</th>
              </tr>
            </thead>
            <tbody>
              {champions.map((champion) => (
                <Row key={champion.endpoint} champion={champion} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ champion }: { champion: Champion }) {
  const t = useT();
  const { accuracy, requests, failed } = champion;
  const model = `/models/${encodeURIComponent(champion.model)}`;
  return (
    <tr>
      <th scope="row">
        <Status kind={statusOf(champion.state)} quiet>
          {champion.state}
        </Status>{' '}
        <Link href={`/endpoints/${encodeURIComponent(champion.endpoint)}`}>{champion.endpoint}</Link>
      </th>
      <td>
        <Link href={model}>
          {champion.model}@{champion.version}
        </Link>
      </td>
      <td className="number">
        {accuracy ? <QualityCell quality={accuracy} /> : <span className="muted">{t('qualityNone')}</span>}
      </td>
      <td>{accuracy ? <Lag quality={accuracy} /> : <span className="muted">–</span>}</td>
      <td className="number">{formatCount(requests)}</td>
      <td className={failed > 0 ? 'number bad' : 'number'}>
        {formatCount(failed)}
        {failed > 0 && <span className="meta"> {formatShare(failed / requests)}</span>}
      </td>
      <td className="number">
        {champion.p99_ms === undefined ? <span className="muted">–</span> : `${formatMetric(champion.p99_ms, 3)} ms`}
      </td>
      <td>
        <Ago ms={champion.since_ms} />
      </td>
    </tr>
  );
}

function QualityCell({ quality }: { quality: Quality }) {
  const t = useT();
  const { name, monitor } = quality;
  return (
    <Link
      href={`/monitors/${encodeURIComponent(monitor)}`}
      className="quality"
      title={t('qualityAt', { name, monitor, at: placeOf(quality.from, quality, t) })}
    >
      {formatShare(quality.value)}{' '}
      <span className="meta">
        [{formatShare(quality.lo, 1)}, {formatShare(quality.hi, 1)}] {t('labelN', { n: formatCount(quality.n) })}
      </span>
    </Link>
  );
}

function Lag({ quality }: { quality: Quality }) {
  const t = useT();
  const { closed_through: closed, newest } = quality;
  if (closed === undefined) return <span className="muted">–</span>;
  const until = placeOf(closed, quality, t);
  return (
    <span className="meta">
      {newest === undefined || newest < closed
        ? t('lagNone', { closed: until })
        : t('lagText', { closed: until, newest: placeOf(newest, quality, t) })}
    </span>
  );
}
