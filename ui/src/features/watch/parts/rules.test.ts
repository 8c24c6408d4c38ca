import { describe, expect, it } from 'vitest';
import type { Accuracy, Alert, Heatmap, MonitorSettings, Trigger } from '../api';
import { heatCsv } from './heattable';
import { triggersFor } from './retrain';
import { draftOf, freeName, metricsOf, settingsOf, yamlOf } from './rules';

const monitor: MonitorSettings = {
  endpoint: 'e',
  time: 'week',
  labels_late: 1,
  threshold: 0.5,
  slices: [],
  conversion: '',
  cost: '',
};
const accuracy = {
  monitor: { settings: monitor },
  windows: [{ accuracy_low: 0.917 }, {}, { accuracy_low: 0.884 }],
} as unknown as Accuracy;
const named = (rule: string) => ({ rule }) as Alert;

describe('a rule of the form', () => {
  it('begins with what the newest windows just keep, under a name of its own', () => {
    const draft = draftOf('m', 'accuracy', accuracy, [named('m-accuracy')]);
    expect([draft.name, draft.limit, draft.relation]).toEqual(['m-accuracy-2', '0.88', '<']);
    expect(draftOf('m', 'log_loss', accuracy, []).relation).toBe('>');
    expect(freeName('a b/c', [])).toBe('a-b-c');
  });
  it('is asked for as the server has it', () => {
    const draft = { ...draftOf('m', 'accuracy', accuracy, []), span: '4', hold: '1' };
    const settings = settingsOf('m', draft);
    expect(settings).toMatchObject({ monitor: 'm', expr: 'accuracy < 0.88', span: 4, min_labels: 100, for: 1 });
    expect(settings && yamlOf('x', settings)).toBe(
      'alerts:\n  x: {monitor: m, expr: "accuracy < 0.88", span: 4, min_labels: 100, for: 1}',
    );
    const drift = settingsOf('m', draftOf('m', 'drift', accuracy, []));
    expect(drift?.expr).toBe('drift');
    expect(drift?.min_labels).toBeUndefined();
  });
  it('is none while a number is missing', () => {
    const draft = draftOf('m', 'accuracy', accuracy, []);
    for (const change of [{ limit: '' }, { limit: 'x' }, { span: '1.5' }, { minLabels: '-1' }, { hold: '' }])
      expect(settingsOf('m', { ...draft, ...change })).toBeNull();
  });
  it('looks at what the monitor measures', () => {
    expect(metricsOf(monitor)).not.toContain('drift');
    expect(metricsOf({ ...monitor, conversion: 'paid' })).toContain('conversion');
  });
});

describe('the pipeline of an alert', () => {
  const trigger = (change: Partial<Trigger>) =>
    ({ trigger: 'alert', monitor: '', rules: [], ...change }) as unknown as Trigger;
  it('is that whose trigger takes the monitor and one of its rules', () => {
    const all = [
      trigger({ trigger: 'schedule' }),
      trigger({ monitor: 'other' }),
      trigger({ rules: ['others-rule'] }),
      trigger({ rules: ['mine', 'x'] }),
      trigger({ trigger: 'drift', monitor: 'm' }),
    ];
    expect(triggersFor('m', [named('mine')], all)).toEqual(all.slice(3));
  });
});

describe('the heat map as CSV', () => {
  it('has a row for each cell; names cannot become formulas', () => {
    const heatmap = {
      measure: 'psi',
      windows: [
        { window: 0, from: 0, to: 1, state: 'empty', rows: 0 },
        { window: 1, from: 1, to: 2, state: 'closed', rows: 9 },
      ],
      columns: [
        {
          column: '=a,"b"',
          threshold: 0.2,
          rows_min: 5,
          distances: [null, 0.5],
          beyond: [false, true],
          alarms: [false, false],
        },
      ],
    } as unknown as Heatmap;
    expect(heatCsv(heatmap).split('\n').slice(1)).toEqual([
      `"'=a,""b""",0,0,1,empty,0,5,psi,,0.2,,`,
      `"'=a,""b""",1,1,2,closed,9,5,psi,0.5,0.2,true,false`,
      '',
    ]);
  });
});
