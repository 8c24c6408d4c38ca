// Parallel coordinates on a canvas: drag along an axis to brush, drag its name to move it, hover to see a line.
// The keyboard brushes and moves as well: on an axis' name arrow keys move it, and Delete removes its brush.
import './parallel.css';
import { useEffect, useMemo, useRef, useState } from 'react';
import { formatShort } from '../chart/axis';
import type { Cell } from '../chart/csv';
import { Framed } from '../chart/framed';
import { token } from '../chart/slots';
import { formatMetric } from '../number';
import { makeText } from '../text';
import { domainOf, keptBy, moved, ticksOf, valueAt, type Axis, type Brushes } from './layout';
import { axisX, colorsOf, lineAt, margins, paintLines, shareAt, yOf } from './paint';
import { toSvg } from './svg';

export type ParallelProps = {
  label: string;
  axes: readonly Axis[];
  names: readonly string[]; // Of the lines.
  colorBy: string; // An axis' id.
  brushes: Brushes;
  onBrushes: (brushes: Brushes) => void;
  onOrder: (ids: string[]) => void;
  onOpen?: (line: number) => void;
  query?: string;
  height?: number;
};

const useT = makeText(
  {
    kept: '{kept} of {n|one line|# lines}',
    clear: 'Clear all brushes',
    axis: '{name}: arrow keys move this axis, Delete removes its brush',
    brushed: '{name} from {lo} to {hi}',
    hint: 'Drag along an axis to keep a part of it, drag a name to move the axis',
    run: 'run',
  },
  {
    kept: '{n} 条线中的 {kept} 条',
    clear: '清除所有选择',
    axis: '{name}：方向键移动此坐标轴，Delete 清除其选择',
    brushed: '{name} 从 {lo} 到 {hi}',
    hint: '沿坐标轴拖动以选择一段，拖动名称以移动坐标轴',
    run: '运行（run）',
  },
);

export function Parallel(props: ParallelProps) {
  const { axes, names, brushes, onBrushes, height = 420 } = props;
  const t = useT();
  const [hovered, setHovered] = useState<number | null>(null);
  const kept = useMemo(() => keptBy(axes, brushes, names.length), [axes, brushes, names.length]);
  const count = kept.reduce((sum, one) => sum + one, 0);
  const width = useRef(800);
  const hoveredName = hovered === null ? '' : (names[hovered] ?? '');
  return (
    <Framed
      className="parallel"
      title={props.label}
      head={[t('run'), ...axes.map((axis) => axis.label)]}
      lines={names.flatMap((name, line) =>
        kept[line] === 0 ? [] : [[name, ...axes.map((axis) => cellOf(axis, line))]],
      )}
      svg={() => pictureOf(props, kept, width.current, height)}
      {...(props.query === undefined ? {} : { query: props.query })}
      said={
        <>
          {t('kept', { kept: count, n: names.length })}
          {hoveredName && ` · ${hoveredName}`}
          {axes
            .filter((axis) => brushes[axis.id])
            .map((axis) => ` · ${brushText(axis, brushes, t)}`)
            .join('')}
          {Object.keys(brushes).length > 0 && (
            <button type="button" className="chart-link" onClick={() => onBrushes({})}>
              {t('clear')}
            </button>
          )}
        </>
      }
    >
      {(tableId) => (
        <Picture
          {...props}
          {...{ kept, hovered, setHovered, tableId, height }}
          onWidth={(wide) => {
            width.current = wide;
          }}
          label={`${props.label}. ${t('kept', { kept: count, n: names.length })}`}
        />
      )}
    </Framed>
  );
}

type PictureProps = ParallelProps & {
  kept: Uint8Array;
  hovered: number | null;
  setHovered: (line: number | null) => void;
  onWidth: (width: number) => void;
  tableId: string;
  height: number;
};

function Picture(props: PictureProps) {
  const { axes, brushes, onBrushes, kept, hovered, setHovered, height } = props;
  const t = useT();
  const { box, canvas, width } = usePainted(props, kept, hovered, height);
  const drag = useRef<{ id: string; from: number } | null>(null);
  const at = (event: React.PointerEvent) => {
    const rect = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top };
  };
  const onDown = (event: React.PointerEvent) => {
    const { x, y } = at(event);
    const index = axes.findIndex((_, one) => Math.abs(axisX(one, axes.length, width) - x) < 12);
    const axis = axes[index];
    if (!axis) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { id: axis.id, from: shareAt(y, height) };
  };
  const onMove = (event: React.PointerEvent) => {
    const { x, y } = at(event);
    if (!drag.current) return setHovered(lineAt(axes, kept, width, height, x, y));
    const here = shareAt(y, height);
    const { id, from } = drag.current;
    return onBrushes({ ...brushes, [id]: { lo: Math.min(from, here), hi: Math.max(from, here) } });
  };
  const onUp = () => {
    const id = drag.current?.id;
    drag.current = null;
    const brush = id === undefined ? undefined : brushes[id];
    if (id === undefined || !brush || brush.hi - brush.lo > 0.01) return;
    onBrushes(without(brushes, id));
  };
  return (
    <div ref={box} className="parallel-box" style={{ height: `${height}px` }}>
      <canvas ref={canvas} role="img" aria-label={props.label} aria-details={props.tableId} />
      <div
        className="parallel-pad"
        title={t('hint')}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerLeave={() => setHovered(null)}
        onDoubleClick={() => hovered !== null && props.onOpen?.(hovered)}
      >
        <Axes {...props} width={width} height={height} />
      </div>
      {axes.map((axis, index) => (
        <AxisName key={axis.id} {...props} axis={axis} index={index} width={width} />
      ))}
    </div>
  );
}

function cellOf(axis: Axis, line: number): Cell {
  const value = axis.values[line] ?? null;
  return axis.type === 'category' ? (axis.categories[value ?? -1] ?? null) : value;
}

function pictureOf({ axes, colorBy }: ParallelProps, kept: Uint8Array, width: number, height: number): string {
  const colors = {
    page: token('--g-page'),
    text: token('--g-text'),
    axis: token('--g-control'),
    out: token('--g-divider'),
  };
  const colorOf = colorsOf(axes.find((axis) => axis.id === colorBy));
  return toSvg({ axes, kept, colorOf, colors, font: token('--g-font'), width, height });
}

const without = (brushes: Brushes, id: string): Brushes =>
  Object.fromEntries(Object.entries(brushes).filter(([name]) => name !== id));

function brushText(axis: Axis, brushes: Brushes, t: ReturnType<typeof useT>): string {
  const brush = brushes[axis.id];
  if (!brush) return '';
  const domain = domainOf(axis);
  if (axis.type === 'category') {
    const inside = axis.categories.filter((_, index) => {
      const share = (index - domain.lo) / (domain.hi - domain.lo);
      return share >= brush.lo && share <= brush.hi;
    });
    return `${axis.label}: ${inside.join(', ')}`;
  }
  return t('brushed', {
    name: axis.label,
    lo: formatMetric(valueAt(axis, domain, brush.lo)),
    hi: formatMetric(valueAt(axis, domain, brush.hi)),
  });
}

/** Sizes and paints the canvas. */
function usePainted(
  { axes, colorBy, onWidth }: PictureProps,
  kept: Uint8Array,
  hovered: number | null,
  height: number,
) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.max(200, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => onWidth(width), [width, onWidth]);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    element.width = width * window.devicePixelRatio;
    element.height = height * window.devicePixelRatio;
    element.style.width = `${width}px`;
    element.style.height = `${height}px`;
    paintLines(
      element,
      axes,
      axes.find((axis) => axis.id === colorBy),
      kept,
      hovered,
    );
  }, [axes, colorBy, kept, hovered, width, height]);
  return { box, canvas, width };
}

function Axes({ axes, brushes, width, height }: ParallelProps & { width: number; height: number }) {
  return (
    <svg width={width} height={height} aria-hidden="true">
      {axes.map((axis, index) => {
        const x = axisX(index, axes.length, width);
        const brush = brushes[axis.id];
        return (
          <g key={axis.id}>
            <line className="parallel-axis" x1={x} x2={x} y1={margins.top} y2={height - margins.bottom} />
            {brush && (
              <rect
                className="parallel-brush"
                x={x - 6}
                width={12}
                y={yOf(brush.hi, height)}
                height={Math.max(2, yOf(brush.lo, height) - yOf(brush.hi, height))}
              />
            )}
            {ticksOf(axis, domainOf(axis), (value) => formatShort(value, 3)).map((tick) => (
              <text key={tick.text + tick.share} className="parallel-tick" x={x + 5} y={yOf(tick.share, height) + 4}>
                {tick.text.length > 14 ? `${tick.text.slice(0, 13)}…` : tick.text}
              </text>
            ))}
          </g>
        );
      })}
    </svg>
  );
}

function AxisName({
  axes,
  axis,
  index,
  width,
  brushes,
  onBrushes,
  onOrder,
}: ParallelProps & { axis: Axis; index: number; width: number }) {
  const t = useT();
  const start = useRef<number | null>(null);
  const ids = axes.map((one) => one.id);
  const go = (to: number) => onOrder(moved(ids, index, to));
  const gap = axes.length > 1 ? (width - margins.left - margins.right) / (axes.length - 1) : width;
  const onKey = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') go(index + (event.key === 'ArrowLeft' ? -1 : 1));
    else if (event.key === 'Delete' || event.key === 'Backspace') onBrushes(without(brushes, axis.id));
    else return;
    event.preventDefault();
  };
  return (
    <button
      type="button"
      className="parallel-name"
      title={axis.label}
      aria-label={t('axis', { name: axis.label })}
      onKeyDown={onKey}
      style={{ left: `${axisX(index, axes.length, width)}px`, maxWidth: `${Math.max(60, Math.min(160, gap - 8))}px` }}
      onPointerDown={(event) => {
        start.current = event.clientX;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerUp={(event) => {
        const by = start.current === null ? 0 : Math.round((event.clientX - start.current) / gap);
        start.current = null;
        if (by !== 0) go(index + by);
      }}
    >
      {axis.label}
    </button>
  );
}
