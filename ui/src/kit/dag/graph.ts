// A directed graph as it is drawn: what the layout needs, what it answers, and moving about in it. Pure.
export type DagSize = { width: number; height: number };
export type DagInput = { nodes: string[]; edges: { from: string; to: string }[]; size: DagSize };
export type Placed = { id: string; x: number; y: number }; // Its upper left corner.
export type PlacedEdge = { from: string; to: string; points: { x: number; y: number }[] };
export type Layout = { nodes: Placed[]; edges: PlacedEdge[]; width: number; height: number };
export type Direction = 'left' | 'right' | 'up' | 'down';

/** All nodes that come before and after one, itself included. */
export function relatives(edges: { from: string; to: string }[], id: string): Set<string> {
  const found = new Set([id]);
  const follow = (key: 'from' | 'to', other: 'from' | 'to') => {
    const open = [id];
    const seen = new Set([id]);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const edge of edges) {
        if (edge[key] !== at || seen.has(edge[other])) continue;
        seen.add(edge[other]);
        open.push(edge[other]);
      }
    }
    seen.forEach((one) => found.add(one));
  };
  follow('from', 'to');
  follow('to', 'from');
  return found;
}

/** Where an arrow key leads: right and left along the nearest edge, up and down in the same column. */
export function step(layout: Layout, id: string, direction: Direction): string {
  const at = layout.nodes.find((node) => node.id === id);
  if (!at) return layout.nodes[0]?.id ?? id;
  const away = (node: Placed) => Math.abs(node.y - at.y) + Math.abs(node.x - at.x) / 1000;
  const nearest = (nodes: Placed[]) =>
    nodes.reduce<Placed | null>((best, node) => (best === null || away(node) < away(best) ? node : best), null);
  const others = layout.nodes.filter((node) => node.id !== id);
  if (direction === 'left' || direction === 'right') {
    const ids = new Set(
      layout.edges
        .filter((edge) => (direction === 'right' ? edge.from : edge.to) === id)
        .map((edge) => (direction === 'right' ? edge.to : edge.from)),
    );
    const along = nearest(others.filter((node) => ids.has(node.id)));
    const aside = others.filter((node) => (direction === 'right' ? node.x > at.x : node.x < at.x));
    const column = aside.reduce(
      (best, node) => (direction === 'right' ? Math.min(best, node.x) : Math.max(best, node.x)),
      direction === 'right' ? Infinity : -Infinity,
    );
    return (along ?? nearest(aside.filter((node) => node.x === column)))?.id ?? id;
  }
  const column = others.filter(
    (node) => Math.abs(node.x - at.x) < 1 && (direction === 'down' ? node.y > at.y : node.y < at.y),
  );
  return nearest(column)?.id ?? id;
}

/** A smooth line through the points of an edge. */
export function pathOf(points: { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  const last = rest[rest.length - 1];
  if (!first || !last) return '';
  const round = (value: number) => Math.round(value * 10) / 10;
  let path = `M${round(first.x)} ${round(first.y)}`;
  for (let index = 0; index + 1 < rest.length; ++index) {
    const at = rest[index];
    const next = rest[index + 1];
    if (!at || !next) continue;
    const end = index + 2 === rest.length ? next : { x: (at.x + next.x) / 2, y: (at.y + next.y) / 2 };
    path += ` Q${round(at.x)} ${round(at.y)} ${round(end.x)} ${round(end.y)}`;
  }
  return rest.length === 1 ? `${path} L${round(last.x)} ${round(last.y)}` : path;
}

/** A long name with its beginning and its end: the end tells apart. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}
