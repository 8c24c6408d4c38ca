// The settings of charts, as a toolbar: x axis, smoothing, outliers, log axis.
import './curves.css';
import { useId } from 'react';
import {
  stepSmooth,
  strengthMax,
  strengths,
  type ChartState,
  type SmoothKind,
  type XAxis,
} from '../../../kit/chart/state';
import type { KeyBinding } from '../../../kit/keys';
import { useT } from './text';
import { useZoomOut } from './zoomout';

export type ChangeChart = (change: Partial<ChartState>) => void;

export function Choice<Value extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: Value;
  choices: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
}) {
  const id = useId();
  return (
    <span className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = choices.find(([one]) => one === event.target.value);
          if (chosen) onChange(chosen[0]);
        }}
      >
        {choices.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    </span>
  );
}

export function Tick({
  label,
  value,
  onChange,
  title,
}: {
  label: string;
  value: boolean;
  onChange: (value: boolean) => void;
  title?: string;
}) {
  return (
    <label className="field" title={title}>
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} /> {label}
    </label>
  );
}

const metricsMax = 1000;

/** Another x axis; of metrics first one that counts what was done, if there is one. */
function withAxis(x: XAxis, metrics: readonly string[]): Partial<ChartState> {
  const counting = metrics.find((key) => /epoch|token|sample|cost/i.test(key)) ?? metrics[0] ?? '';
  return { x, xKey: x === 'metric' ? counting : '', zoom: null };
}

export function ChartControls({
  state,
  onChange,
  metrics,
  children,
}: {
  state: ChartState;
  onChange: ChangeChart;
  metrics: readonly string[]; // What may stand on the x axis.
  children?: React.ReactNode;
}) {
  const t = useT();
  const axes: readonly (readonly [XAxis, string])[] = [
    ['step', t('xStep')],
    ['relative', t('xRelative')],
    ['wall', t('xWall')],
    ...(metrics.length > 0 || state.x === 'metric' ? [['metric', t('xMetric')] as const] : []),
  ];
  const known = state.xKey === '' || metrics.includes(state.xKey) ? metrics : [state.xKey, ...metrics];
  const kinds: readonly (readonly [SmoothKind, string])[] = [
    ['none', t('smoothNone')],
    ['twema', t('smoothTwema')],
    ['gaussian', t('smoothGaussian')],
    ['median', t('smoothMedian')],
  ];
  return (
    <div className="toolbar chart-controls" role="group" aria-label={t('chartSettings')}>
      <Choice label={t('xAxis')} value={state.x} choices={axes} onChange={(x) => onChange(withAxis(x, metrics))} />
      {state.x === 'metric' && (
        <Choice
          label={t('metric')}
          value={state.xKey}
          choices={known.slice(0, metricsMax).map((key) => [key, key] as const)}
          onChange={(xKey) => onChange({ xKey, zoom: null })}
        />
      )}
      <Choice
        label={t('smoothing')}
        value={state.smooth.kind}
        choices={kinds}
        onChange={(kind) =>
          onChange({
            smooth:
              kind === 'none'
                ? { kind, strength: 0 }
                : { kind, strength: strengths[kind][kind === 'twema' ? 1 : 2] ?? 1 },
          })
        }
      />
      {state.smooth.kind !== 'none' && <Strength state={state} onChange={onChange} />}
      <Tick
        label={t('outliers')}
        title={t('outliersText')}
        value={state.outliers}
        onChange={(outliers) => onChange({ outliers })}
      />
      <Tick label={t('log')} value={state.log} onChange={(log) => onChange({ log })} />
      {children}
    </div>
  );
}

function Strength({ state, onChange }: { state: ChartState; onChange: ChangeChart }) {
  const t = useT();
  const id = useId();
  const { kind, strength } = state.smooth;
  const max =
    kind === 'twema' ? 0.999 : kind === 'none' ? 1 : Math.min(strengthMax[kind], kind === 'median' ? 201 : 200);
  return (
    <span className="field">
      <label htmlFor={id}>{t('strength')}</label>
      <input
        id={id}
        type="range"
        min={kind === 'twema' ? 0 : 1}
        max={max}
        step={kind === 'twema' ? 0.001 : kind === 'median' ? 2 : 1}
        value={strength}
        onChange={(event) => onChange({ smooth: { kind, strength: Number(event.target.value) } })}
      />
      <output htmlFor={id}>{strength}</output>
    </span>
  );
}

/** w, s, S, o, l, z of every page with charts. */
export function useChartKeys(state: ChartState, onChange: ChangeChart, metrics: readonly string[]): KeyBinding[] {
  const t = useT();
  const out = useZoomOut();
  const axes: readonly XAxis[] = ['step', 'relative', 'wall', ...(metrics.length > 0 ? (['metric'] as const) : [])];
  return [
    {
      keys: 'w',
      label: t('keyX'),
      run: () => onChange(withAxis(axes[(axes.indexOf(state.x) + 1) % axes.length] ?? 'step', metrics)),
    },
    { keys: 's', label: t('keySmooth'), run: () => onChange({ smooth: stepSmooth(state.smooth, 1) }) },
    { keys: 'Shift+s', label: t('keyLess'), run: () => onChange({ smooth: stepSmooth(state.smooth, -1) }) },
    { keys: 'o', label: t('keyOutliers'), run: () => onChange({ outliers: !state.outliers }) },
    { keys: 'l', label: t('keyLog'), run: () => onChange({ log: !state.log }) },
    { keys: 'z', label: t('keyOut'), run: out },
  ];
}
