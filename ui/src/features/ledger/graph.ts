// A lineage as a graph: what is drawn of a node, and where a key leads. Pure.
import { statusOf, type StatusKind } from '../../kit/status';
import type { Lineage, LineageNode } from './api';

export const kinds = [
  'dataset',
  'job',
  'pipeline-run',
  'run',
  'model',
  'variant',
  'endpoint',
  'prediction',
  'monitor',
] as const;
export type Kind = (typeof kinds)[number];

export function kindOf(node: LineageNode): Kind | null {
  return kinds.find((kind) => kind === node.kind) ?? null;
}

/** Nothing for what has no state. */
export function statusOfNode(node: LineageNode): StatusKind | undefined {
  const own: Record<string, StatusKind> = {
    missing: 'failed',
    passed: 'succeeded',
    serving: 'succeeded',
    unchecked: 'no_data',
    retired: 'aborted',
  };
  if (node.state === '') return undefined;
  const kind = own[node.state] ?? statusOf(node.state);
  return kind === 'unknown' ? undefined : kind;
}

/** A cause or an effect of a node, the nearest in the list's order; null at an end. */
export function stepFrom(lineage: Lineage, node: string, toCause: boolean): string | null {
  const found = lineage.edges
    .filter((edge) => (toCause ? edge.to : edge.from) === node)
    .map((edge) => (toCause ? edge.from : edge.to));
  return lineage.nodes.find((one) => found.includes(one.node))?.node ?? null;
}

/** Of nodes and edges: an equal graph is not laid out again. */
export function hashOf(lineage: Lineage): string {
  return [...lineage.nodes.map((node) => node.node), ...lineage.edges.map((edge) => `${edge.from}>${edge.to}`)].join(
    '\n',
  );
}

export const graphUrl = (node: string, dir: 'up' | 'down' | 'both' = 'both') =>
  `/lineage/graph?node=${encodeURIComponent(node)}${dir === 'both' ? '' : `&dir=${dir}`}`;
