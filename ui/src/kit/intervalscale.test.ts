import { describe, expect, it } from 'vitest';
import { domainOf, place } from './intervalscale';

describe('domainOf', () => {
  it('has zero in the middle', () => {
    const domain = domainOf([{ value: 1, lo: -1, hi: 4 }], { zero: true });
    expect(domain.from).toBe(-domain.to);
    expect(place(domain, 0, 100)).toBe(50);
  });
  it('holds the threshold, and all rows', () => {
    const domain = domainOf([{ value: 0.2, lo: 0.1, hi: 0.3 }, { value: 0.9 }], { threshold: 0.05 });
    expect(domain.from).toBeLessThan(0.05);
    expect(domain.to).toBeGreaterThan(0.9);
  });
  it('is some line without figures, or of a single one', () => {
    for (const rows of [[], [{}], [{ value: 0 }], [{ value: 3 }], [{ value: Infinity }]]) {
      const { from, to } = domainOf(rows);
      expect(to).toBeGreaterThan(from);
      expect(Number.isFinite(from) && Number.isFinite(to)).toBe(true);
    }
    expect(domainOf([{ value: 0 }], { zero: true })).toEqual({ from: -1.05, to: 1.05 });
  });
  it('keeps what is beyond at the end', () => {
    expect(place({ from: 0, to: 1 }, 7, 80)).toBe(80);
    expect(place({ from: 0, to: 1 }, -7, 80)).toBe(0);
  });
});
