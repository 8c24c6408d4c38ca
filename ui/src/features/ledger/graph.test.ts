import { describe, expect, it } from 'vitest';
import type { Lineage, LineageNode } from './api';
import { graphUrl, hashOf, kindOf, statusOfNode, stepFrom } from './graph';

const node = (name: string, kind: string, state = ''): LineageNode => ({
  node: name,
  kind,
  name,
  detail: '',
  state,
  path: '',
  depth: 0,
  has_more: false,
});
const lineage: Lineage = {
  node: 'run:1',
  position: 7,
  nodes: [
    node('run:1', 'run', 'finished'),
    node('job:1', 'job'),
    node('model:m@1', 'model'),
    node('model:m@2', 'model'),
  ],
  edges: [
    { from: 'job:1', to: 'run:1' },
    { from: 'run:1', to: 'model:m@2' },
    { from: 'run:1', to: 'model:m@1' },
  ],
  has_more: false,
};

describe('a lineage', () => {
  it('is walked to causes and effects', () => {
    expect(stepFrom(lineage, 'run:1', true)).toBe('job:1');
    expect(stepFrom(lineage, 'run:1', false)).toBe('model:m@1');
    expect(stepFrom(lineage, 'job:1', true)).toBeNull();
  });
  it('has a state only where there is one', () => {
    expect(statusOfNode(node('a', 'dataset', 'passed'))).toBe('succeeded');
    expect(statusOfNode(node('a', 'dataset', 'missing'))).toBe('failed');
    expect(statusOfNode(node('a', 'run', 'finished'))).toBe('succeeded');
    expect(statusOfNode(node('a', 'model', 'Production'))).toBeUndefined();
    expect(statusOfNode(node('a', 'model'))).toBeUndefined();
  });
  it('is told by its nodes and edges', () => {
    expect(hashOf({ ...lineage, position: 8 })).toBe(hashOf(lineage));
    expect(hashOf({ ...lineage, edges: [] })).not.toBe(hashOf(lineage));
    expect(kindOf(node('a', 'planet'))).toBeNull();
    expect(graphUrl('model:m@1', 'up')).toBe('/lineage/graph?node=model%3Am%401&dir=up');
  });
});
