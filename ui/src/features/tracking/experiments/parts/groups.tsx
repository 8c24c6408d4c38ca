// Groups of runs with what the server computed over all of their rows.
import { formatCount, formatMetric } from '../../../../kit/number';
import { Status, statusOf } from '../../../../kit/status';
import type { GroupValue, RunColumn, RunGroup, RunsAnswer } from '../api';
import { useT } from '../text';
import { titleOf } from '../view';
import { isNumeric } from './cells';

// The worst first: what has failed is seen even where most runs finished.
const states = ['failed', 'killed', 'running', 'scheduled', 'finished'] as const;

export function Groups({
  answer,
  by,
  shown,
  profiles,
  sort,
  onSort,
  onOpen,
}: {
  answer: RunsAnswer;
  by: readonly string[];
  shown: string[];
  profiles: Map<string, RunColumn>;
  sort: string;
  onSort: (sort: string) => void;
  onOpen: (group: RunGroup) => void;
}) {
  const t = useT();
  const numbers = shown
    .map((column, at) => ({ column, at }))
    .filter(({ column }) => isNumeric(column, profiles.get(column)) && column !== 'attributes.duration');
  const head = (column: string, title: string, className = '') => {
    const order = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none';
    return (
      <th key={column} scope="col" aria-sort={order} className={className}>
        <button
          type="button"
          className="table-sort"
          title={column}
          onClick={() => onSort(order === 'descending' ? column : `-${column}`)}
        >
          {title}
          <span aria-hidden="true">{order === 'ascending' ? '↑' : order === 'descending' ? '↓' : ''}</span>
        </button>
      </th>
    );
  };
  return (
    <section className="groups" aria-label={t('groups')}>
      <div className="scroll-x groups-scroll" tabIndex={0} role="group" aria-label={t('groups')}>
        <table className="plain">
          <thead>
            <tr>
              {by.map((column) => head(column, titleOf(column)))}
              <th scope="col" className="number">
                {t('groupRuns')}
              </th>
              <th scope="col">{t('states')}</th>
              {numbers.map(({ column }) => head(column, titleOf(column), 'number'))}
            </tr>
          </thead>
          <tbody>
            {answer.groups.map((group) => (
              <tr key={JSON.stringify(group.key)}>
                {group.key.map((value, at) => (
                  <td key={by[at]}>
                    {at === 0 ? (
                      <button
                        type="button"
                        className="link-button"
                        title={t('openGroup')}
                        onClick={() => onOpen(group)}
                      >
                        {value === null ? t('missing') : String(value)}
                      </button>
                    ) : value === null ? (
                      <span className="muted">{t('missing')}</span>
                    ) : (
                      String(value)
                    )}
                  </td>
                ))}
                <td className="number">{formatCount(group.runs)}</td>
                <td>
                  <States group={group} />
                </td>
                {numbers.map(({ column, at }) => (
                  <td key={column} className="number">
                    <Mean value={group.values[at]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {answer.groups_total > answer.groups.length && (
        <p className="meta">{t('groupsMore', { n: answer.groups.length, total: answer.groups_total })}</p>
      )}
    </section>
  );
}

function States({ group }: { group: RunGroup }) {
  return (
    <span className="group-states">
      {states
        .filter((state) => group.states[state] > 0)
        .map((state) => (
          <Status key={state} kind={statusOf(state)}>
            <span title={state}>
              {formatCount(group.states[state])}
              <span className="sr-only"> {state}</span>
            </span>
          </Status>
        ))}
    </span>
  );
}

function Mean({ value }: { value: GroupValue | undefined }) {
  const t = useT();
  if (!value || value.n === 0) return <span className="muted">–</span>;
  return (
    <span title={t('meanOf', { n: value.n, min: String(value.min), max: String(value.max) })}>
      {formatMetric(value.mean)}
      {value.sd !== undefined && <span className="muted"> ± {formatMetric(value.sd, 2)}</span>}
      <span className="group-range muted">
        {formatMetric(value.min, 3)} … {formatMetric(value.max, 3)}
      </span>
    </span>
  );
}
