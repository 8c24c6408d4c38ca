import { expect, it } from 'vitest';
import { fitLine } from './fit';

it('is numpy.polyfit and scipy.stats.linregress', () => {
  const line = fitLine([
    { x: 0, y: 1 },
    { x: 1, y: 3 },
    { x: 2, y: 2 },
    { x: 4, y: 6 },
  ]);
  expect(line?.slope).toBeCloseTo(1.1428571428571428, 12);
  expect(line?.intercept).toBeCloseTo(1, 12);
  expect(line?.r2).toBeCloseTo(0.8163265306122449, 12);
});

it('needs three points that are not above each other', () => {
  expect(
    fitLine([
      { x: 0, y: 1 },
      { x: 1, y: 1 },
    ]),
  ).toBeNull();
  expect(
    fitLine([
      { x: 1, y: 1 },
      { x: 1, y: 2 },
      { x: 1, y: 3 },
    ]),
  ).toBeNull();
});
