// What came of a version's checks: what was found against what is allowed, and rows that break a rule.
import { Fragment, useState } from 'react';
import { useApi } from '../../../api/client';
import { useSaid } from '../../../api/said';
import { ApiError } from '../../../kit/error';
import { Empty, Failure, Loading } from '../../../kit/state';
import { Status } from '../../../kit/status';
import {
  datasetPath,
  type Check,
  type CheckOutcome,
  type CheckTrend,
  type ContractAnswer,
  type Report,
  type TrendAnswer,
} from '../api';
import { allowed, checkKind } from '../model';
import { useT, wordOf } from '../text';
import { RowsTable } from './rows';
import { Spark, TrendTable } from './trend';

const trendCommits = 30;
const columnCount = 5;

export function Checks({ name, version }: { name: string; version: string }) {
  const t = useT();
  const report = useApi<Report>(datasetPath(name, `/versions/${version}/report`), {}, { keep: false });
  const contract = useApi<ContractAnswer>(datasetPath(name, '/contract'), {}, { topics: [`dataset/${name}`] });
  const trend = useApi<TrendAnswer>(
    datasetPath(name, '/checks'),
    { limit: trendCommits },
    { topics: [`dataset/${name}`] },
  );
  if (report.error instanceof ApiError && report.error.status === 404) {
    return (
      <Empty title={t('noContract')}>
        {contract.error && <p>{t('noContractNow', { command: 'galley dataset apply' })}</p>}
      </Empty>
    );
  }
  if (report.error) return <Failure error={report.error} retry={() => void report.refetch()} />;
  if (!report.data) return <Loading lines={5} />;
  const known = new Map((contract.data?.contract.checks ?? []).map((check) => [check.id, check]));
  const isOther = contract.data !== undefined && contract.data.digest !== report.data.contract;
  const failed = report.data.checks.filter((check) => check.examples.length > 0);
  return (
    <div className="checks">
      {contract.data && (
        <p className="meta">
          {t('contract', { n: String(contract.data.number) })}{' '}
          <code title={report.data.contract}>{report.data.contract.slice(0, 8)}</code>
        </p>
      )}
      {isOther && <p className="warn">△ {t('otherContract')}</p>}
      {report.data.late > 0 && <p>{t('late', { n: report.data.late, name })}</p>}
      <div className="scroll-x">
        <table className="plain">
          <thead>
            <tr>
              <th>{t('check')}</th>
              <th>{t('rule')}</th>
              <th>{t('allowed')}</th>
              <th>{t('found')}</th>
              <th>{t('trend', { n: trend.data?.commits.length ?? trendCommits })}</th>
            </tr>
          </thead>
          <tbody>
            {report.data.checks.map((check) => (
              <CheckRow
                key={check.id}
                name={name}
                version={version}
                check={check}
                rule={known.get(check.id)}
                trend={trend.data}
              />
            ))}
          </tbody>
        </table>
      </div>
      {failed.map((check) => (
        <div key={check.id}>
          <h3>
            {check.id} · {t('examples')}
          </h3>
          <RowsTable rows={check.examples} label={`${check.id}: ${t('examples')}`} />
        </div>
      ))}
    </div>
  );
}

function CheckRow({
  name,
  version,
  check,
  rule,
  trend,
}: {
  name: string;
  version: string;
  check: CheckOutcome;
  rule: Check | undefined;
  trend: TrendAnswer | undefined;
}) {
  const t = useT();
  const said = useSaid();
  const [opened, setOpened] = useState(false);
  const past: CheckTrend | undefined = trend?.checks.find((one) => one.id === check.id && one.rule === check.rule);
  const word = check.outcome === 'failed' && check.severity === 'warning' ? t('warned') : wordOf(t, check.outcome);
  return (
    <Fragment>
      <tr data-check={check.id}>
        <td>
          <Status kind={checkKind(check)}>
            {check.id} {word}
          </Status>
        </td>
        <td>
          {check.rule}
          {check.severity === 'warning' && <span className="muted"> ({t('severity')})</span>}
        </td>
        <td>
          {rule && <code>{allowed(rule)}</code>}
          {rule && rule.description !== '' && <div className="muted">{rule.description}</div>}
        </td>
        <td className={check.outcome === 'failed' ? (check.severity === 'warning' ? 'warn' : 'bad') : ''}>
          {[check.rows > 0 ? t('breaking', { n: check.rows }) : '', said(check.detail)].filter(Boolean).join('; ')}
        </td>
        <td>
          {trend && past ? (
            <Spark
              check={past}
              trend={trend}
              version={version}
              opened={opened}
              toggle={() => setOpened((before) => !before)}
            />
          ) : (
            <span className="muted">–</span>
          )}
        </td>
      </tr>
      {opened && trend && past && (
        <tr>
          <td colSpan={columnCount}>
            <TrendTable name={name} check={past} trend={trend} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}
