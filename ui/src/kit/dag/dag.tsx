// A graph as SVG: boxes with a state (shape, word, colour), edges, zoom. Arrow keys go from node to node.
import { useEffect, useMemo, useRef, useState } from 'react';
import { Icon } from '../icon';
import { Loading } from '../state';
import { statusShape, type StatusKind } from '../status';
import { makeText } from '../text';
import './dag.css';
import { pathOf, relatives, shorten, step, type Direction, type Layout } from './graph';
import { useLayout } from './layout';

const useT = makeText(
  { larger: 'Larger', smaller: 'Smaller', fit: 'Fit to width' },
  { larger: '放大', smaller: '缩小', fit: '适应宽度' },
);
const size = { width: 192, height: 46 };
const arrows: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

export type DagNode = {
  id: string;
  label: string;
  status?: StatusKind; // Of what has a state.
  word: string; // The state's name.
  detail?: string; // How long it took, attempts.
  gate?: boolean;
};
export type DagProps = {
  label: string;
  hash: string; // Of nodes' ids and edges.
  nodes: DagNode[];
  edges: { from: string; to: string }[];
  selected: string;
  onSelect: (id: string) => void;
  critical?: ReadonlySet<string>;
  dimmed?: ReadonlySet<string>; // By a filter.
  focus?: boolean; // Dims what neither leads to the selected node nor comes of it.
};

export function Dag(props: DagProps) {
  const input = useMemo(() => ({ nodes: props.nodes.map((node) => node.id), edges: props.edges, size }), [props.hash]);
  const layout = useLayout(props.hash, input);
  if (layout === null) return <Loading lines={4} />;
  return <Drawn {...props} layout={layout} />;
}

function Drawn(props: DagProps & { layout: Layout }) {
  const t = useT();
  const { layout } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<number | null>(null); // null: fits.
  const [room, setRoom] = useState(1000);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setRoom(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const scale = zoom ?? Math.max(0.35, Math.min(1, (room - 4) / Math.max(1, layout.width)));
  const byId = useMemo(() => new Map(props.nodes.map((node) => [node.id, node])), [props.nodes]);
  const related = useMemo(
    () => (props.focus && props.selected ? relatives(props.edges, props.selected) : null),
    [props.focus, props.edges, props.selected],
  );
  const isDim = (id: string) => props.dimmed?.has(id) === true || (related !== null && !related.has(id));
  const isHot = (id: string) => props.critical?.has(id) === true;
  const current = byId.has(props.selected) ? props.selected : (layout.nodes[0]?.id ?? '');
  const onKey = (event: React.KeyboardEvent) => {
    const direction = arrows[event.key];
    if (direction === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const id = step(layout, current, direction);
    props.onSelect(id);
    requestAnimationFrame(() => frame.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(id)}"]`)?.focus());
  };
  const change = (factor: number) => setZoom(Math.max(0.2, Math.min(2, scale * factor)));
  return (
    <div className="dag">
      <div className="dag-frame" ref={frame} role="group" aria-label={props.label} onKeyDown={onKey}>
        <svg
          width={layout.width * scale}
          height={layout.height * scale}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
        >
          <g className="dag-edges" aria-hidden="true">
            {layout.edges.map((edge) => (
              <path
                key={`${edge.from}>${edge.to}`}
                d={pathOf(edge.points)}
                className={[
                  'dag-edge',
                  isHot(edge.from) && isHot(edge.to) ? 'is-critical' : '',
                  isDim(edge.from) || isDim(edge.to) ? 'is-dim' : '',
                ].join(' ')}
              />
            ))}
          </g>
          {layout.nodes.map(({ id, x, y }) => {
            const node = byId.get(id);
            return (
              node && (
                <Box
                  key={id}
                  node={node}
                  x={x}
                  y={y}
                  isSelected={id === props.selected}
                  isCurrent={id === current}
                  isCritical={isHot(id)}
                  isDim={isDim(id)}
                  onSelect={() => props.onSelect(id)}
                />
              )
            );
          })}
        </svg>
      </div>
      <div className="dag-tools">
        <button
          type="button"
          className="icon-button"
          aria-label={t('larger')}
          title={t('larger')}
          onClick={() => change(1.25)}
        >
          <Icon name="plus" size={14} />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t('smaller')}
          title={t('smaller')}
          onClick={() => change(0.8)}
        >
          <Icon name="minus" size={14} />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t('fit')}
          title={t('fit')}
          onClick={() => setZoom(null)}
        >
          <Icon name="maximize-2" size={14} />
        </button>
      </div>
    </div>
  );
}

function Box({
  node,
  x,
  y,
  isSelected,
  isCurrent,
  isCritical,
  isDim,
  onSelect,
}: {
  node: DagNode;
  x: number;
  y: number;
  isSelected: boolean;
  isCurrent: boolean;
  isCritical: boolean;
  isDim: boolean;
  onSelect: () => void;
}) {
  const onKey = (event: React.KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onSelect();
  };
  return (
    <g
      transform={`translate(${x} ${y})`}
      role="button"
      tabIndex={isCurrent ? 0 : -1}
      aria-pressed={isSelected}
      data-node={node.id}
      onClick={onSelect}
      onKeyDown={onKey}
      className={[
        'dag-node',
        node.status ? `is-${node.status}` : '',
        isSelected ? 'is-selected' : '',
        isCritical ? 'is-critical' : '',
        isDim ? 'is-dim' : '',
      ].join(' ')}
    >
      <title>{[node.label, node.word, node.detail].filter(Boolean).join(', ')}</title>
      <rect width={size.width} height={size.height} rx={node.gate ? 14 : 4} />
      {node.status && (
        <text aria-hidden="true" className="dag-shape" x={12} y={28} textAnchor="middle">
          {statusShape(node.status)}
        </text>
      )}
      <text aria-hidden="true" className="dag-name" x={24} y={19}>
        {shorten(node.label, 24)}
      </text>
      <text aria-hidden="true" className="dag-word" x={24} y={36}>
        {shorten([node.word, node.detail].filter(Boolean).join(' · '), 31)}
      </text>
    </g>
  );
}
