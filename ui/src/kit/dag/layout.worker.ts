// Lays a graph out, off the page's thread.
import { Graph, layout } from '@dagrejs/dagre';
import type { DagInput, Layout } from './graph';

self.onmessage = (event: MessageEvent<{ key: number; input: DagInput }>) => {
  const { key, input } = event.data;
  self.postMessage({ key, layout: layOut(input) });
};

function layOut(input: DagInput): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', ranker: 'tight-tree', nodesep: 14, ranksep: 48, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of input.nodes) graph.setNode(id, { ...input.size });
  for (const edge of input.edges) graph.setEdge(edge.from, edge.to);
  layout(graph);
  const { width, height } = graph.graph() as { width?: number; height?: number };
  return {
    width: width ?? 0,
    height: height ?? 0,
    nodes: input.nodes.map((id) => {
      const node = graph.node(id) as { x: number; y: number };
      return { id, x: node.x - input.size.width / 2, y: node.y - input.size.height / 2 };
    }),
    edges: input.edges.map((edge) => ({
      ...edge,
      points: (graph.edge(edge.from, edge.to) as { points?: { x: number; y: number }[] }).points ?? [],
    })),
  };
}
