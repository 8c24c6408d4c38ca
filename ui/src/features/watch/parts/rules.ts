// A rule as the form of a monitor has it. Pure.
import type { Accuracy, Alert, MonitorSettings, RuleSettings } from '../api';

/** Of docs/formats/alert.md; those of `conversion` and `cost` are there if the monitor measures them. */
export const alertMetrics = [
  'drift',
  'accuracy',
  'accuracy_low',
  'balanced_accuracy',
  'precision',
  'recall',
  'log_loss',
  'brier',
  'base_rate',
  'coverage',
  'labels',
  'predictions',
  'conversion',
  'cost',
] as const;
export type AlertMetric = (typeof alertMetrics)[number];

export type RuleDraft = {
  name: string;
  metric: AlertMetric;
  relation: '<' | '>';
  limit: string;
  minLabels: string;
  span: string;
  hold: string;
};

export function metricsOf(settings: MonitorSettings): AlertMetric[] {
  return alertMetrics.filter(
    (metric) =>
      (metric !== 'drift' || settings.drift !== undefined) &&
      (metric !== 'conversion' || settings.conversion !== '') &&
      (metric !== 'cost' || settings.cost !== ''),
  );
}

const worseAbove: readonly AlertMetric[] = ['log_loss', 'brier', 'cost'];

/** A limit that the newest windows just keep: a start, not advice. */
export function draftOf(monitor: string, metric: AlertMetric, accuracy: Accuracy, alerts: readonly Alert[]): RuleDraft {
  const known = accuracy.windows.flatMap((window) => (window.accuracy_low === undefined ? [] : [window.accuracy_low]));
  const low = known.length === 0 ? 0.9 : Math.floor(Math.min(...known) * 100) / 100;
  const limits: Partial<Record<AlertMetric, string>> = {
    accuracy: String(low),
    accuracy_low: String(low),
    coverage: '0.5',
    labels: '100',
    predictions: '1',
  };
  const above = worseAbove.includes(metric);
  return {
    name: freeName(`${monitor}-${metric.replaceAll('_', '-')}`, alerts),
    metric,
    relation: above ? '>' : '<',
    limit: limits[metric] ?? (above ? '1' : '0.9'),
    minLabels: metric === 'drift' || metric === 'labels' || metric === 'predictions' ? '' : '100',
    span: '1',
    hold: '0',
  };
}

/** A name that no rule has yet: nothing in force is replaced by accident. */
export function freeName(wanted: string, alerts: readonly Alert[]): string {
  const base = wanted.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 76);
  const taken = new Set(alerts.map((alert) => alert.rule));
  if (!taken.has(base)) return base;
  for (let at = 2; ; ++at) if (!taken.has(`${base}-${at}`)) return `${base}-${at}`;
}

/** What the server is asked; null: a number is missing. What else is wrong it says itself. */
export function settingsOf(monitor: string, draft: RuleDraft): RuleSettings | null {
  const whole = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : null);
  const settings: RuleSettings = {
    monitor,
    endpoint: '',
    expr: 'drift',
    for: Number(draft.hold),
    keep_firing_for: 0,
    no_data: 'keep',
    labels: {},
    annotations: {},
  };
  if (draft.hold.trim() === '' || Number.isNaN(settings.for)) return null;
  if (draft.metric === 'drift') return settings;
  if (draft.limit.trim() === '' || Number.isNaN(Number(draft.limit))) return null;
  const span = whole(draft.span);
  const least = draft.minLabels.trim() === '' ? 0 : whole(draft.minLabels);
  if (span === null || least === null) return null;
  settings.expr = `${draft.metric} ${draft.relation} ${Number(draft.limit)}`;
  if (span !== 1) settings.span = span;
  if (least > 0) settings.min_labels = least;
  return settings;
}

/** As it stands in galley.yaml. */
export function yamlOf(name: string, settings: RuleSettings): string {
  const parts = [
    `monitor: ${settings.monitor}`,
    `expr: ${settings.expr === 'drift' ? 'drift' : `"${settings.expr}"`}`,
    ...(settings.span === undefined ? [] : [`span: ${settings.span}`]),
    ...(settings.min_labels === undefined ? [] : [`min_labels: ${settings.min_labels}`]),
    ...(settings.for === 0 ? [] : [`for: ${settings.for}`]),
  ];
  return `alerts:\n  ${name}: {${parts.join(', ')}}`;
}
