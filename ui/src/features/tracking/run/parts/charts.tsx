// All metrics of a run as charts, grouped by what stands before the first slash; search first, drawn in view.
import { useCallback, useMemo } from 'react';
import { useApi } from '../../../../api/client';
import { chartCodec, type ChartState } from '../../../../kit/chart/state';
import { useKeys } from '../../../../kit/keys';
import { Empty, Loaded } from '../../../../kit/state';
import { text, useUrlState } from '../../../../kit/urlstate';
import type { KeysAnswer, Run } from '../../curves/api';
import { ChartControls, useChartKeys } from '../../curves/controls';
import { groupKeys, isSystem } from '../../curves/keys';
import { MetricChart } from '../../curves/metricchart';
import { useOwnZoom } from '../../curves/ownzoom';
import type { CurveLook } from '../../curves/series';
import { useT } from '../../curves/text';

const schema = { c: chartCodec, q: text() };
const keysMax = 1000;

export function Charts({ run }: { run: Run }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const read = useApi<KeysAnswer>(`runs/${run.id}/keys`, { q: state.q, limit: keysMax }, { topics: [`run/${run.id}`] });
  const onChange = useCallback(
    (part: Partial<ChartState>) => change({ c: { ...state.c, ...part } }),
    [state.c, change],
  );
  // Of all metrics, whatever is searched for.
  const all = useApi<KeysAnswer>(`runs/${run.id}/keys`, { limit: keysMax });
  const metrics = useMemo(() => (all.data?.keys ?? []).map((key) => key.key), [all.data]);
  useKeys(useChartKeys(state.c, onChange, metrics));
  return (
    <>
      <ChartControls state={state.c} onChange={onChange} metrics={metrics}>
        <span className="field">
          <input
            type="search"
            placeholder={t('searchMetrics')}
            aria-label={t('searchMetrics')}
            value={state.q}
            onChange={(event) => change({ q: event.target.value })}
          />
        </span>
      </ChartControls>
      <Loaded read={read}>
        {(answer) => (
          <Sections answer={answer} run={run} state={state.c} search={state.q} onClear={() => change({ q: '' })} />
        )}
      </Loaded>
    </>
  );
}

function Sections({
  answer,
  run,
  state,
  search,
  onClear,
}: {
  answer: KeysAnswer;
  run: Run;
  state: ChartState;
  search: string;
  onClear: () => void;
}) {
  const t = useT();
  // Those of the machine have a tab of their own; a search finds them here as well.
  const keys = answer.keys
    .map((key) => key.key)
    .filter((key) => search !== '' || !isSystem(key))
    .join('\n');
  const groups = useMemo(() => groupKeys(keys === '' ? [] : keys.split('\n')), [keys]);
  if (groups.length === 0 && search !== '') {
    return (
      <Empty title={t('noMatch', { text: search })}>
        <button type="button" className="chip" onClick={onClear}>
          {t('clear')}
        </button>
      </Empty>
    );
  }
  if (groups.length === 0)
    return (
      <Empty title={t('noMetrics')}>
        <p>{t('noMetricsText')}</p>
      </Empty>
    );
  return (
    <>
      {answer.has_more && <p className="meta">{t('moreKeys', { n: keysMax })}</p>}
      {groups.map((group) => (
        <details key={group.prefix} className="chart-section" open>
          <summary>
            {group.prefix || t('metrics')} <span className="meta">{group.keys.length}</span>
          </summary>
          <div className="chart-grid">
            {group.keys.map((key) => (
              <OneChart key={key} metric={key} run={run} state={state} />
            ))}
          </div>
        </details>
      ))}
    </>
  );
}

export function OneChart({
  metric,
  run,
  state,
  title,
}: {
  metric: string;
  run: Run;
  state: ChartState;
  title?: string;
}) {
  const [shown, onZoom] = useOwnZoom(metric, state);
  const runs = useMemo(() => [run.id], [run.id]);
  const lookOf = useCallback((): CurveLook => ({ label: metric, slot: 0 }), [metric]);
  return (
    <MetricChart
      metric={metric}
      runs={runs}
      lookOf={lookOf}
      state={shown}
      onZoom={onZoom}
      legend={false}
      {...(title === undefined ? {} : { title })}
    />
  );
}
