import { useCallback, useMemo } from 'react';
import { chartCodec, type ChartState } from '../../../../kit/chart/state';
import { useKeys } from '../../../../kit/keys';
import { Empty } from '../../../../kit/state';
import { list, text, useUrlState } from '../../../../kit/urlstate';
import type { DiffAnswer } from '../../curves/api';
import { ChartControls, Choice, useChartKeys, type ChangeChart } from '../../curves/controls';
import { MetricChart } from '../../curves/metricchart';
import { useOwnZoom } from '../../curves/ownzoom';
import type { CurveLook } from '../../curves/series';
import { useT } from '../../curves/text';
import { groupings, groupsBy, metricsOf } from '../model';

const schema = { c: chartCodec, q: text(), keys: list() };
const chartsMax = 200;

/** Every metric of any run as a chart with all runs. */
export function Curves({
  answer,
  labels,
  baseline,
}: {
  answer: DiffAnswer;
  labels: Map<string, string>;
  baseline: string;
}) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const onChange = useCallback(
    (part: Partial<ChartState>) => change({ c: { ...state.c, ...part } }),
    [state.c, change],
  );
  const metrics = useMemo(() => metricsOf(answer), [answer]);
  useKeys(useChartKeys(state.c, onChange, metrics));
  const shown = metrics.filter((metric) => metric.toLowerCase().includes(state.q.toLowerCase())).slice(0, chartsMax);
  const runs = useMemo(() => answer.runs.map((run) => run.id), [answer.runs]);
  const groups = useMemo(
    () => (state.c.group === '' ? [] : groupsBy(answer, state.c.group, t('missing'))),
    [answer, state.c.group, t],
  );
  const slots = useMemo(() => new Map(runs.map((run, slot) => [run, slot])), [runs]);
  const lookOf = useCallback(
    (id: string): CurveLook => {
      const group = groups[Number(id)];
      if (groups.length > 0 && group) return { label: group.label, slot: Number(id) };
      return { label: labels.get(id) ?? id, slot: slots.get(id) ?? -1, ...(id === baseline ? { baseline: true } : {}) };
    },
    [groups, labels, slots, baseline],
  );
  return (
    <>
      <ChartControls state={state.c} onChange={onChange} metrics={metrics}>
        <GroupBy answer={answer} state={state.c} onChange={onChange} />
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
      {metrics.length === 0 && (
        <Empty title={t('noMetrics')}>
          <p>{t('noMetricsText')}</p>
        </Empty>
      )}
      {metrics.length > 0 && shown.length === 0 && <Empty title={t('noMatch', { text: state.q })} />}
      <div className={shown.length === 1 ? 'tab-panel' : 'chart-grid'}>
        {shown.map((metric) => (
          <OneChart
            key={metric}
            metric={metric}
            runs={runs}
            lookOf={lookOf}
            state={state.c}
            groups={groups}
            height={shown.length === 1 ? 420 : 260}
          />
        ))}
      </div>
    </>
  );
}

function OneChart({
  metric,
  runs,
  lookOf,
  state,
  groups,
  height,
}: {
  metric: string;
  runs: string[];
  lookOf: (id: string) => CurveLook;
  state: ChartState;
  groups: ReturnType<typeof groupsBy>;
  height: number;
}) {
  const [shown, onZoom] = useOwnZoom(metric, state);
  return (
    <MetricChart
      metric={metric}
      runs={runs}
      lookOf={lookOf}
      state={shown}
      onZoom={onZoom}
      groups={groups}
      height={height}
      points={runs.length > 10 ? 500 : 1000}
    />
  );
}

function GroupBy({ answer, state, onChange }: { answer: DiffAnswer; state: ChartState; onChange: ChangeChart }) {
  const t = useT();
  const names = useMemo(() => groupings(answer), [answer]);
  if (names.length === 0 && state.group === '') return null;
  return (
    <>
      <Choice
        label={t('groupBy')}
        value={state.group}
        onChange={(group) => onChange({ group })}
        choices={[['', t('groupNone')], ...names.map((name) => [name, name.slice(name.indexOf('.') + 1)] as const)]}
      />
      {state.group !== '' && (
        <Choice
          label={t('band')}
          value={state.band}
          onChange={(band) => onChange({ band })}
          choices={[
            ['ci', t('bandCi')],
            ['sd', t('bandSd')],
            ['minmax', t('bandMinmax')],
          ]}
        />
      )}
    </>
  );
}
