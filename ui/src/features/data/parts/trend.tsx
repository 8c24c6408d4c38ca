// How a check went in the newest commits: what it measured against what was allowed, and how each came out.
import { Link } from 'wouter';
import { Status, statusShape } from '../../../kit/status';
import { Ago } from '../../../kit/time';
import { datasetUrl, type CheckTrend, type TrendAnswer } from '../api';
import { allowedThen, measured, sparkOf, stateKind } from '../trend';
import { useT, wordOf, type T } from '../text';

const size = { width: 150, height: 30 };

function said(t: T, check: CheckTrend, trend: TrendAnswer): string {
  const bad = trend.commits.filter((_, at) => ['failed', 'warned'].includes(String(check.states[at])));
  const last = check.values.length - 1;
  return [
    t('trendOf', { id: check.id, n: trend.commits.length }),
    bad.length === 0 ? t('trendGood') : t('trendBad', { versions: bad.map((one) => one.version).join(', ') }),
    check.measure === 'none'
      ? ''
      : t('trendLast', { value: measured(check, check.values[last]), allowed: allowedThen(check, last) || '–' }),
  ]
    .filter(Boolean)
    .join('; ');
}

export function Spark({
  check,
  trend,
  version,
  opened,
  toggle,
}: {
  check: CheckTrend;
  trend: TrendAnswer;
  version: string;
  opened: boolean;
  toggle: () => void;
}) {
  const t = useT();
  const spark = sparkOf(check, size.width, size.height);
  const words = said(t, check, trend);
  return (
    <button type="button" className="spark" aria-expanded={opened} aria-label={words} title={words} onClick={toggle}>
      <svg width={size.width} height={size.height} aria-hidden="true">
        {spark.limits.map((step) => (
          <line
            key={`${step.from} ${step.y}`}
            className="spark-limit"
            x1={step.from}
            x2={step.to}
            y1={step.y}
            y2={step.y}
          />
        ))}
        {spark.line.map((path) => (
          <path key={path} className="spark-line" d={path} />
        ))}
        {spark.marks.map((mark) => (
          <text
            key={mark.at}
            className={`spark-mark is-${stateKind(mark.state)} ${trend.commits[mark.at]?.version === version ? 'is-here' : ''}`}
            data-state={mark.state}
            x={mark.x}
            y={mark.y + 3.5}
            textAnchor="middle"
          >
            {mark.state === 'passed' ? '•' : statusShape(stateKind(mark.state))}
          </text>
        ))}
      </svg>
    </button>
  );
}

/** The same as a table, newest first. */
export function TrendTable({ name, check, trend }: { name: string; check: CheckTrend; trend: TrendAnswer }) {
  const t = useT();
  const commits = trend.commits.map((commit, at) => ({ commit, at })).reverse();
  return (
    <div
      className="trend-table"
      tabIndex={0}
      role="group"
      aria-label={t('trendOf', { id: check.id, n: commits.length })}
    >
      <table className="plain">
        <thead>
          <tr>
            <th>{t('version')}</th>
            <th>{t('state')}</th>
            <th className="number">{check.measure === 'rows' ? t('breakingRows') : t('measured')}</th>
            <th>{t('allowed')}</th>
            <th>{t('age')}</th>
          </tr>
        </thead>
        <tbody>
          {commits.map(({ commit, at }) => {
            const state = check.states[at];
            return (
              <tr key={commit.version} data-version={commit.version}>
                <td>
                  <Link href={`${datasetUrl(name)}?v=${commit.version}&tab=report`}>{commit.version}</Link>
                </td>
                <td>
                  {typeof state === 'string' ? (
                    <Status kind={stateKind(state)}>{state === 'warned' ? t('warned') : wordOf(t, state)}</Status>
                  ) : (
                    <span className="muted">{t('trendAbsent')}</span>
                  )}
                </td>
                <td className="number" title={String(check.values[at] ?? '')}>
                  {measured(check, check.values[at])}
                </td>
                <td>{allowedThen(check, at) || '–'}</td>
                <td>
                  <Ago ms={commit.created_ms} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {trend.has_more && <p className="meta">{t('trendMore', { n: commits.length })}</p>}
    </div>
  );
}
