import { describe, expect, it } from 'vitest';
import { everyNth, levelEnds, levelOf, moved } from './heatmap';
import { linear, logarithmic, padded, ticks } from './scale';

describe('levels of a heat map', () => {
  it('are within up to the threshold and beyond above it', () => {
    expect([0, 0.05, 0.051, 0.1, 0.15, 0.2].map((value) => levelOf(value, 0.2))).toEqual([1, 1, 2, 2, 3, 4]);
    expect([0.2001, 0.4, 0.41, 0.8, 0.81, 1e9].map((value) => levelOf(value, 0.2))).toEqual([5, 5, 6, 6, 7, 7]);
    expect(levelOf(1, 0)).toBe(7);
  });
  it('never fall while the value grows', () => {
    let before = 0;
    for (let ratio = 0; ratio < 6; ratio += 0.01) {
      const level = levelOf(ratio, 1);
      expect(level).toBeGreaterThanOrEqual(before);
      expect(level > 4).toBe(ratio > 1);
      before = level;
    }
    expect(before).toBe(levelEnds.length + 1);
  });
});

describe('keys in a grid of 3 rows and 5 columns', () => {
  const from = { row: 1, column: 2 };
  it('lead to neighbours and ends', () => {
    const to = (key: string, ctrl = false) => {
      const place = moved(key, from, 3, 5, ctrl);
      return place && [place.row, place.column];
    };
    expect(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].map((key) => to(key))).toEqual([
      [0, 2],
      [2, 2],
      [1, 1],
      [1, 3],
    ]);
    expect([to('Home'), to('End'), to('Home', true), to('End', true)]).toEqual([
      [1, 0],
      [1, 4],
      [0, 0],
      [2, 4],
    ]);
    expect([to('PageUp'), to('PageDown'), to('a'), to('Escape')]).toEqual([[0, 2], [2, 2], null, null]);
  });
  it('never lead out of it', () => {
    const keys = ['ArrowUp', 'ArrowLeft', 'PageUp', 'ArrowDown', 'ArrowRight', 'PageDown', 'End'];
    let place = { row: 0, column: 0 };
    for (let at = 0; at < 200; ++at) {
      place = moved(keys[(at * 5 + (at % 3)) % keys.length] ?? '', place, 3, 5) ?? place;
      expect(place.row).toBeGreaterThanOrEqual(0);
      expect(place.row).toBeLessThan(3);
      expect(place.column).toBeGreaterThanOrEqual(0);
      expect(place.column).toBeLessThan(5);
    }
  });
});

describe('axes', () => {
  it('name round values inside of the range', () => {
    expect(ticks(0, 1, 4)).toEqual([0, 0.5, 1]);
    expect(ticks(0.31, 0.98, 5)).toEqual([0.4, 0.6, 0.8]);
    expect(ticks(-3, 17, 10)).toEqual([-2, 0, 2, 4, 6, 8, 10, 12, 14, 16]);
    expect(ticks(4, 4, 5)).toEqual([4]);
    for (const [from, to] of [
      [1e-9, 3e-9],
      [-1e6, 1e6],
      [0.1, 0.30000000000000004],
    ] as const) {
      const found = ticks(from, to, 6);
      expect(found.length).toBeGreaterThan(1);
      expect(found.every((value) => value >= from - 1e-9 && value <= to + 1e-9)).toBe(true);
    }
  });
  it('map both ends, straight or by powers of ten', () => {
    expect([linear(2, 4, 0, 100).of(2), linear(2, 4, 0, 100).of(3), linear(5, 5, 0, 100).of(5)]).toEqual([0, 50, 50]);
    const log = logarithmic(1, 1000, 0, 300);
    expect([log.of(1), Math.round(log.of(10)), Math.round(log.of(1000)), log.of(0)]).toEqual([0, 100, 300, 0]);
  });
  it('have air around the values, and stay in bounds', () => {
    expect(padded([0.5, 0.9], 0, 1)[0]).toBeCloseTo(0.46);
    expect(padded([0.5, 0.99], 0, 1)[1]).toBe(1);
    expect(padded([], 0, 1)).toEqual([0, 1]);
    expect(padded([NaN, 2], -Infinity, Infinity)[0]).toBeLessThan(2);
  });
  it('name only as many windows as there is room for', () => {
    expect([everyNth(22, 44), everyNth(50, 44), everyNth(22, 100), everyNth(1, 150)]).toEqual([2, 1, 5, 200]);
  });
});
