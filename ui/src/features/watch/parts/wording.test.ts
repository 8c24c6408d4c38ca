import { describe, expect, it } from 'vitest';
import { fill } from '../../../kit/text';
import type { Alert, Candidate, FeatureBin, Incident, MonitorSettings } from '../api';
import { en } from '../text.en';
import { zh } from '../text.zh';
import type { T } from '../text';
import { namesBetween } from './arrival';
import { limitsOf } from './quality';
import { logOf, postMortem } from './postmortem';
import { percentOf, rangeOf, spansOf } from './spans';
import { alertPath, binName, byUrgency, candidatePath, mostMoved, ratioName, sentenceOf, windowName } from './wording';

const t: T = (key, values = {}) => fill(en[key as keyof typeof en], values, 'en');
const chinese: T = (key, values = {}) => fill(zh[key as keyof typeof zh], values, 'zh');
const weekly: MonitorSettings = {
  endpoint: 'demand',
  time: 'week',
  labels_late: 1,
  threshold: 0.5,
  slices: [],
  conversion: '',
  cost: '',
};
const rule = {
  monitor: 'demand',
  endpoint: '',
  expr: 'drift',
  for: 0,
  keep_firing_for: 0,
  no_data: 'keep',
  labels: {},
  annotations: {},
};

function alert(change: Partial<Alert>): Alert {
  return {
    id: 'a',
    rule: 'r',
    settings: rule,
    column: '',
    state: 'inactive',
    seen: 'miss',
    sample: 1,
    reason: '',
    ...change,
  };
}
function candidate(
  kind: string,
  name: string,
  evidence: Record<string, string> = {},
  change: Partial<Candidate> = {},
): Candidate {
  return {
    kind,
    name,
    score: 0.5,
    what: 'as it was said',
    claims_data_fault: false,
    events: [],
    evidence: Object.entries(evidence).map(([key, value]) => ({ name: key, value })),
    ...change,
  };
}

describe('windows', () => {
  it('are named by where they begin, in the unit of the event time', () => {
    expect(windowName(weekly, 13)).toBe('13');
    expect(windowName({ ...weekly, window: 0.5 }, 13)).toBe('6.50000');
    expect(windowName({ ...weekly, time: '' }, 498868)).toMatch(/^2026-11-\d\d \d\d:00$/);
    expect(windowName(undefined, 13, 4)).toBe('52');
  });
});

describe('bins', () => {
  const bin = (change: Partial<FeatureBin>): FeatureBin => ({ missing: false, rows: 1, share: 0.1, ...change });
  it('without an end say so', () => {
    expect(
      [{ hi: 2 }, { lo: 2, hi: 3.5 }, { lo: 3.5 }, { missing: true }, { label: 'red' }, {}].map((change) =>
        binName(bin(change), t),
      ),
    ).toEqual(['below 2', '2 to 3.500', '3.500 and more', 'missing', 'red', 'others']);
  });
  it('that moved most is found whichever way it moved', () => {
    expect(
      mostMoved(
        [0.1, 0.4, 0.5].map((share) => bin({ share })),
        [0.3, 0, 0.7].map((share) => bin({ share })),
      ),
    ).toBe(1);
  });
  it('are so many times a threshold', () => {
    expect([ratioName(8.283, 0.2), ratioName(0.25, 0.2), ratioName(0.066, 0.2)]).toEqual(['41', '1.3', '0.33']);
  });
});

describe('alerts', () => {
  it('lead to the monitor at the window where they began to hold', () => {
    expect(alertPath(alert({ active_window: 13, window: 16, column: 'a b' }))).toBe(
      '/monitors/demand?column=a%20b&window=13',
    );
    expect(alertPath(alert({ window: 16 }))).toBe('/monitors/demand?window=16');
    expect(alertPath(alert({ settings: { ...rule, monitor: '', endpoint: 'd/e' } }))).toBe('/endpoints/d%2Fe');
  });
  it('that fire come first', () => {
    const sorted = byUrgency([
      alert({ rule: 'b' }),
      alert({ rule: 'c', state: 'pending' }),
      alert({ rule: 'd', state: 'firing', column: 'z' }),
      alert({ rule: 'd', state: 'firing', column: 'a' }),
    ]);
    expect(sorted.map((one) => one.rule + one.column)).toEqual(['da', 'dz', 'c', 'b']);
  });
  it('of accuracy are lines in its chart', () => {
    const of = (expr: string) => limitsOf([alert({ settings: { ...rule, expr } })]).map((limit) => limit.y);
    expect([
      of('accuracy < 0.85'),
      of('accuracy_low <= 8e-1'),
      of('drift'),
      of('accuracy < 0.9 AND labels > 3'),
    ]).toEqual([[0.85], [0.8], [], []]);
  });
});

describe('candidates', () => {
  it('lead to what they are', () => {
    const path = (kind: string, name: string, change: Partial<Candidate> = {}) =>
      candidatePath(candidate(kind, name, { window: '9' }, change), 'demand', 'e');
    expect(path('column', 'amount', { since: 13 })).toBe('/monitors/demand?column=amount&window=13');
    expect(path('column', 'items')).toBe('/monitors/demand?column=items&window=9');
    expect([path('model', 'm@2'), path('dataset', 'tx@7'), path('slice', 'store=5'), path('worker', '')]).toEqual([
      '/models/m',
      '/datasets/tx',
      '/monitors/demand?slice=store',
      '/endpoints/e',
    ]);
    expect([path('pipeline', '12'), path('model', ''), path('column', '')]).toEqual(['/pipeline-runs/12', null, null]);
  });
  it('are said from their evidence in both languages', () => {
    const drifted = candidate('column', 'amount', { distance: '8.283', threshold: '0.2' });
    expect(sentenceOf(drifted, t)).toBe('drifted to 8.283, 41 × its threshold 0.2000');
    expect(sentenceOf(drifted, chinese)).toContain('41');
    expect(sentenceOf(candidate('column', 'x', { distance: '0.1', threshold: '0.2' }), t)).toContain('did not drift');
    const kinds = [
      'column',
      'model',
      'rollout',
      'dataset',
      'pipeline',
      'worker',
      'load',
      'labels',
      'slice',
      'base_rate',
    ];
    for (const kind of kinds) expect(sentenceOf(candidate(kind, ''), chinese)).toMatch(/[一-鿿]/);
  });
});

const incident: Incident = {
  number: 2,
  id: 'i',
  state: 'closed',
  monitor: 'demand',
  endpoint: 'e',
  width: 1,
  window: 13,
  opened_ms: 1000,
  acked_ms: 3000,
  acked_by: 'ann',
  cause: 'cents',
  cause_in_top_three: true,
  cause_ms: 4000,
  cause_by: 'ann',
  closed_ms: 5000,
  closed_by: 'bob',
  reason: 'repaired',
  alerts: [
    { alert: 'x', rule: 'dip', column: '', value: 0.48, limit: 0.88, active_window: 13, window: 13, state: 'resolved' },
    {
      alert: 'y',
      rule: 'drift',
      column: 'amount',
      value: 8,
      limit: 0.2,
      active_window: 12,
      window: 14,
      state: 'firing',
    },
  ],
  rankings: [
    {
      number: 1,
      first_window: 5,
      window: 13,
      made_ms: 1000,
      claims_data_fault: true,
      candidates: [candidate('column', 'amount')],
    },
    {
      number: 2,
      first_window: 5,
      window: 14,
      fall: 13,
      made_ms: 2000,
      claims_data_fault: true,
      candidates: [candidate('column', 'amount', {}, { score: 0.98 }), candidate('load', '', {}, { score: 0.1 })],
    },
  ],
};

describe('an incident', () => {
  it('has a span per alert, from pending to resolved', () => {
    const spans = spansOf(incident, [alert({ id: 'x', resolved_window: 15 })]);
    expect(spans.map(({ active, fired, resolved, isFiring }) => [active, fired, resolved, isFiring])).toEqual([
      [13, 13, 15, false],
      [12, 14, null, true],
    ]);
    const range = rangeOf(incident, spans, 20);
    expect(range).toEqual({ from: 5, to: 21 });
    expect([percentOf(5, range), percentOf(13, range), percentOf(21, range)]).toEqual([0, 50, 100]);
  });
  it('has its log in order', () => {
    const texts = logOf(incident, String, t).map((entry) => entry.text);
    expect(texts[0]).toBe('Opened at window 13');
    expect(texts.slice(-3)).toEqual(['Acknowledged by ann', 'Cause named by ann: cents', 'Closed by bob: repaired']);
    expect(texts.filter((one) => one.includes('fires'))).toHaveLength(2);
  });
  it('has a post-mortem that names suspects alone', () => {
    const text = postMortem(incident, logOf(incident, String, t), String, 'en', t);
    expect(text).toContain('# Incident 2: demand');
    expect(text).toContain('1. **column amount** (0.98): as it was said');
    expect(text).not.toContain('load');
    expect(text).toContain('windows 13 to 14');
  });
});

describe('the axis of lags', () => {
  it('has at least two names', () => {
    expect(namesBetween(900, 70_000)).toEqual([1e3, 1e4, 6e4]);
    expect(namesBetween(2, 7)).toEqual([2, 7]);
  });
});
