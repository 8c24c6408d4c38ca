import { describe, expect, it } from 'vitest';
import { pathOf, relatives, shorten, step, type Layout } from './graph';

const edges = [
  { from: 'a', to: 'b' },
  { from: 'a', to: 'c' },
  { from: 'b', to: 'd' },
  { from: 'c', to: 'd' },
];
const layout: Layout = {
  nodes: [
    { id: 'a', x: 0, y: 30 },
    { id: 'b', x: 200, y: 0 },
    { id: 'c', x: 200, y: 60 },
    { id: 'd', x: 400, y: 30 },
    { id: 'e', x: 0, y: 120 },
  ],
  edges: edges.map((edge) => ({ ...edge, points: [] })),
  width: 600,
  height: 200,
};

describe('a graph', () => {
  it('knows what is before and after a node', () => {
    expect([...relatives(edges, 'b')].sort()).toEqual(['a', 'b', 'd']);
    expect([...relatives(edges, 'd')].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect([...relatives(edges, 'e')]).toEqual(['e']);
  });
  it('is walked by arrows', () => {
    expect(step(layout, 'a', 'right')).toBe('b');
    expect(step(layout, 'b', 'down')).toBe('c');
    expect(step(layout, 'c', 'down')).toBe('c');
    expect(step(layout, 'c', 'right')).toBe('d');
    expect(step(layout, 'd', 'left')).toBe('b');
    expect(step(layout, 'a', 'down')).toBe('e');
    // Without an edge it goes to the next column.
    expect(step(layout, 'e', 'right')).toBe('c');
    expect(step(layout, 'nobody', 'up')).toBe('a');
  });
  it('draws edges through their points', () => {
    expect(pathOf([])).toBe('');
    expect(
      pathOf([
        { x: 0, y: 0 },
        { x: 10, y: 5 },
      ]),
    ).toBe('M0 0 L10 5');
    expect(
      pathOf([
        { x: 0, y: 0 },
        { x: 10, y: 0 },
        { x: 20, y: 10 },
      ]),
    ).toBe('M0 0 Q10 0 20 10');
  });
  it('keeps both ends of a long name', () => {
    expect(shorten('train', 8)).toBe('train');
    expect(shorten('train[xgboost,17]', 9)).toBe('trai…,17]');
  });
});
