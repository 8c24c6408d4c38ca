import { expect, it } from 'vitest';
import { paretoFront, stairs, type Better } from './pareto';
import type { Place } from './fit';

/** The definition, for every pair. */
function byDefinition(points: readonly Place[], better: { x: Better; y: Better }): number[] {
  const sign = (way: Better) => (way === 'min' ? 1 : -1);
  const beats = (a: Place, b: Place) => {
    const [dx, dy] = [(a.x - b.x) * sign(better.x), (a.y - b.y) * sign(better.y)];
    return dx <= 0 && dy <= 0 && (dx < 0 || dy < 0);
  };
  return points.flatMap((point, index) => (points.some((other) => beats(other, point)) ? [] : [index]));
}

it('is what the definition says, in every direction', () => {
  let seed = 5;
  const random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  for (let round = 0; round < 60; ++round) {
    // Few different values, so that there are equal points and equal coordinates.
    const points = Array.from({ length: 40 }, () => ({
      x: Math.floor(random() * 9) / 8,
      y: round % 2 === 0 ? Math.floor(random() * 9) : random(),
    }));
    for (const x of ['min', 'max'] as const)
      for (const y of ['min', 'max'] as const)
        expect([...paretoFront(points, { x, y })].sort((a, b) => a - b)).toEqual(byDefinition(points, { x, y }));
  }
});

it('begins at the best x', () => {
  const cars = [
    { x: 110, y: 21 },
    { x: 93, y: 22.8 },
    { x: 52, y: 30.4 },
    { x: 65, y: 33.9 },
    { x: 335, y: 15 },
    { x: 66, y: 32.4 },
  ];
  expect(paretoFront(cars, { x: 'min', y: 'max' })).toEqual([2, 3]);
  expect(paretoFront(cars, { x: 'max', y: 'max' })).toEqual([4, 0, 1, 5, 3]);
  expect(paretoFront([], { x: 'min', y: 'min' })).toEqual([]);
});

it('goes along x before y', () => {
  expect(
    stairs([
      { x: 1, y: 5 },
      { x: 2, y: 3 },
      { x: 2, y: 3 },
    ]),
  ).toEqual([
    { x: 1, y: 5 },
    { x: 2, y: 5 },
    { x: 2, y: 3 },
    { x: 2, y: 3 },
  ]);
});
