import { describe, expect, it } from 'vitest';
import { metricKeys, type Version } from './api';

const version = (...keys: string[]) =>
  ({ metrics: keys.map((key) => ({ key, value: 1, step: 0 })) }) as unknown as Version;

describe('metricKeys', () => {
  it('has each key once, the most frequent first, then by name', () => {
    expect(metricKeys([version('loss', 'auc'), version('auc'), version('f1')])).toEqual(['auc', 'f1', 'loss']);
  });
  it('is cut', () => {
    expect(metricKeys([version('a', 'b', 'c')], 2)).toEqual(['a', 'b']);
    expect(metricKeys([])).toEqual([]);
  });
});
