import { expect, it } from 'vitest';
import { deltaOf, numberOf, sameCell } from './delta';

it('reads numbers as people write them', () => {
  expect(['0.10', '1e-1', '+.1', '-3', '5.'].map(numberOf)).toEqual([0.1, 0.1, 0.1, -3, 5]);
  expect(['', 'adam', '0x10', '1_000', '1 2', null].map(numberOf)).toEqual([null, null, null, null, null, null]);
  expect(numberOf('NaN')).toBeNaN();
});

it('says by how much and by which share', () => {
  expect(deltaOf('0.5', 0.75)).toEqual({ difference: 0.25, share: 0.5 });
  expect(deltaOf(-2, -1)).toEqual({ difference: 1, share: 0.5 });
  expect(deltaOf(0, 2)).toEqual({ difference: 2, share: null });
  for (const [a, b] of [
    ['a', 'b'],
    [1, 1],
    [1, null],
    [1, 'NaN'],
    ['Infinity', 1],
  ] as const)
    expect(deltaOf(a, b)).toBeNull();
});

it('compares numbers as numbers', () => {
  expect(sameCell('0.10', '1e-1')).toBe(true);
  expect(sameCell('NaN', 'nan')).toBe(true);
  expect(sameCell(null, '')).toBe(false);
  expect(sameCell('a', 'b')).toBe(false);
});
