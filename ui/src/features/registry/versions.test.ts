import { describe, expect, it } from 'vitest';
import type { Model, Version } from './api';
import { championOf, named, pairOf, pointsOf, spanOf } from './versions';

const version = (number: number, accuracy?: number): Version => ({
  id: String(number),
  version: number,
  description: '',
  stage: 'None',
  aliases: [],
  source: '',
  user: '',
  created_ms: 0,
  files: 0,
  bytes: 0,
  metrics: accuracy === undefined ? [] : [{ key: 'accuracy', value: accuracy, step: 0, timestamp_ms: 0 }],
  served: [],
});
const model: Model = {
  id: '',
  name: 'm',
  description: '',
  newest: 3,
  created_ms: 0,
  updated_ms: 0,
  tags: [],
  aliases: [{ alias: 'champion', version: 1 }],
  served: [{ endpoint: 'e', variant: 'main', version: 2, weight: 1000, mirror: 0 }],
};

describe('versions of a model', () => {
  it('know the champion', () => {
    expect(championOf(model)).toBe(1);
    expect(championOf({ ...model, aliases: [] })).toBe(2);
    expect(championOf({ ...model, aliases: [], served: [] })).toBeNull();
  });
  it('are points of a line, with gaps', () => {
    expect(pointsOf([version(3, 0.9), version(2), version(1, 0.5)], 'accuracy')).toEqual([
      { x: 1, y: 0.5 },
      { x: 2, y: null },
      { x: 3, y: 0.9 },
    ]);
    expect(spanOf([0.5])).toEqual({ from: 0.45, to: 0.55 });
    expect(spanOf([0])).toEqual({ from: -1, to: 1 });
    expect(named([5, 1, 2, 3, 4], 3)).toEqual([1, 3, 5]);
  });
  it('are compared with the champion unless others are asked for', () => {
    const all = [version(3), version(2), version(1)];
    expect(pairOf(all, 1, { a: 0, b: 0 })).toEqual({ a: 1, b: 3 });
    expect(pairOf(all, 3, { a: 0, b: 0 })).toEqual({ a: 3, b: 2 });
    expect(pairOf(all, null, { a: 0, b: 0 })).toEqual({ a: 2, b: 3 });
    expect(pairOf(all, 1, { a: 0, b: 2 })).toEqual({ a: 1, b: 2 });
    expect(pairOf([version(1)], 1, { a: 0, b: 0 })).toBeNull();
  });
});
