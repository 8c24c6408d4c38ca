import { describe, expect, it } from 'vitest';
import type { CheckTrend } from './api';
import { allowedThen, measured, sparkOf, stateKind } from './trend';

const check: CheckTrend = {
  id: 'R1',
  rule: 'statistic',
  severity: 'error',
  measure: 'value',
  states: ['passed', null, 'failed'],
  values: [0, null, 10],
  lows: [null, null, null],
  highs: [5, null, 5],
};

describe('a trend', () => {
  it('has a mark for each commit with the check, and its line is broken where it lacks', () => {
    const spark = sparkOf(check, 110, 30);
    expect(spark.marks).toEqual([
      { x: 5, y: 25, state: 'passed', at: 0 },
      { x: 105, y: 5, state: 'failed', at: 2 },
    ]);
    expect(spark.line).toEqual(['M5.0 25.0', 'M105.0 5.0']);
    expect(spark.limits).toEqual([
      { from: 0, to: 30, y: 15 },
      { from: 80, to: 110, y: 15 },
    ]);
  });
  it('shows rows that break a rule from 0 on', () => {
    const rows = { ...check, measure: 'rows', states: ['passed'], values: [0], lows: [null], highs: [0] };
    const spark = sparkOf(rows, 110, 30);
    expect(spark.marks).toEqual([{ x: 55, y: 25, state: 'passed', at: 0 }]);
    expect(spark.limits).toEqual([{ from: 5, to: 105, y: 25 }]);
  });
  it('puts what measures nothing in the middle', () => {
    const none = { ...check, measure: 'none', values: [null, null, null], highs: [null, null, null] };
    expect(sparkOf(none, 110, 30).marks.map((mark) => mark.y)).toEqual([15, 15]);
    expect(sparkOf(none, 110, 30).line).toEqual([]);
  });
  it('says values with their unit', () => {
    expect(measured({ measure: 'seconds' }, 90)).toBe('1 m 30 s');
    expect(measured({ measure: 'rows' }, 12)).toBe('12');
    expect(measured({ measure: 'value' }, undefined)).toBe('–');
    expect(allowedThen(check, 0)).toBe('≤ 5');
    expect(allowedThen(check, 1)).toBe('');
    expect(stateKind('warned')).toBe('warning');
    expect(stateKind(null)).toBe('no_data');
  });
});
