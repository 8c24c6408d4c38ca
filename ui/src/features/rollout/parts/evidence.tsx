// Evidence: both arms, how much better the challenger is with its interval, what was decided, what is missing.
import { Fragment } from 'react';
import { Said } from '../../../api/said';
import { formatCount, formatShare } from '../../../kit/number';
import { Interval } from '../../../kit/interval';
import { Status } from '../../../kit/status';
import type { ArmFigures, RolloutEvidence, RolloutReview } from '../api';
import { useT } from '../text';
import { Samples } from './samples';
import {
  evidenceStatus,
  formatDifference,
  formatE,
  formatFigure,
  hasInterval,
  metricText,
  needsText,
  relationSign,
} from './words';

function ArmCell({ arm, row, isChallenger }: { arm: ArmFigures; row: RolloutEvidence; isChallenger?: boolean }) {
  const t = useT();
  const threshold = isChallenger && row.threshold !== undefined ? row.threshold : undefined;
  return (
    <td>
      <div>{formatFigure(arm.value, row.unit)}</div>
      {hasInterval(arm) && (
        <div className="meta nowrap">
          [{formatFigure(arm.lo, row.unit)}, {formatFigure(arm.hi, row.unit)}]
        </div>
      )}
      {threshold !== undefined && (
        <>
          <Interval figures={arm} width={120} format={(value) => formatFigure(value, row.unit)} threshold={threshold} />
          <div className="meta nowrap">
            {relationSign(row.relation)} {formatFigure(threshold, row.unit)}
          </div>
        </>
      )}
      <div className="meta">{t('n', { n: formatCount(arm.n) })}</div>
    </td>
  );
}

function DifferenceCell({ row }: { row: RolloutEvidence }) {
  const t = useT();
  const { difference } = row;
  if (!difference) return <td className="muted">–</td>;
  const format = (value: number) => formatDifference(value, row.unit);
  return (
    <td>
      <Interval figures={difference} format={format} zero width={170} />
      <div className="nowrap">
        {format(difference.value)}{' '}
        <span className="meta">
          [{format(difference.lo)}, {format(difference.hi)}]
        </span>
      </div>
      <div className="meta">
        {t('level', { level: formatShare(difference.level, 0) })}
        {row.bound !== undefined && ` · ${t('bound', { e: formatE(row), bound: row.bound })}`}
      </div>
    </td>
  );
}

function Row({ row }: { row: RolloutEvidence }) {
  const t = useT();
  const isGuardrail = row.monitor === '';
  return (
    <tr data-metric={row.metric} className={row.decides ? '' : 'is-quiet'}>
      <th scope="row">
        <div>{metricText(row.metric, t)}</div>
        <div className="meta">
          {isGuardrail ? t('guardrail') : t('of_monitor', { name: row.monitor })} ·{' '}
          {t(row.decides ? 'decides' : 'for_information')}
        </div>
      </th>
      <ArmCell arm={row.champion} row={row} />
      <ArmCell arm={row.challenger} row={row} isChallenger />
      <DifferenceCell row={row} />
      <td className="evidence-verdict">
        <Status kind={evidenceStatus(row.state)}>{t(row.state)}</Status>
        {row.needs_more && (
          <p className="needs">
            <strong>{needsText(row.needs_more, t, isGuardrail)}</strong>{' '}
            {!isGuardrail && (
              <span className="meta">
                {t('present')}
                {row.needs_more.anew && `; ${t('needs_anew')}`}
              </span>
            )}
          </p>
        )}
        <p className="meta">
          <Said of={row.reason} />
        </p>
        {row.needs_why !== '' && row.state !== 'pass' && !isGuardrail && (
          <p className="meta">
            {row.needs_more ? '' : `${t('needs_none')}: `}
            <Said of={row.needs_why} />
          </p>
        )}
      </td>
    </tr>
  );
}

/** Above all numbers: none of them means anything while requests are not split as asked. */
export function MismatchBanner({ review }: { review: RolloutReview }) {
  const t = useT();
  const { p } = review.ratio;
  if (p === undefined || p >= 0.001) return null;
  return (
    <p className="banner" role="alert">
      <Status kind="warning">{t('mismatch', { p: '< 0.001' })}</Status>
    </p>
  );
}

export function EvidencePanel({ review }: { review: RolloutReview }) {
  const t = useT();
  return (
    <section className="panel" aria-labelledby="evidence-title">
      <h2 id="evidence-title">
        {t('evidence')} <span className="meta">{t('better_right')}</span>
      </h2>
      {review.evidence.length === 0 ? (
        <p className="muted">{t('no_evidence')}</p>
      ) : (
        <div className="scroll-x" tabIndex={0} role="group" aria-label={t('evidence')}>
          <table className="plain evidence">
            <thead>
              <tr>
                <th scope="col">{t('metric')}</th>
                <th scope="col">{t('champion')}</th>
                <th scope="col">{t('challenger')}</th>
                <th scope="col">{t('difference')}</th>
                <th scope="col">{t('verdict')}</th>
              </tr>
            </thead>
            <tbody>
              {review.evidence.map((row) => (
                <Fragment key={`${row.metric} ${row.relation} ${row.threshold ?? ''}`}>
                  <Row row={row} />
                  {row.monitor !== '' && row.state !== 'no_data' && (
                    <tr className={row.decides ? 'evidence-more' : 'evidence-more is-quiet'} data-samples={row.metric}>
                      <td colSpan={5}>
                        <Samples number={review.rollout.number} metric={row.metric} monitor={row.monitor} />
                      </td>
                    </tr>
                  )}
                </Fragment>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
