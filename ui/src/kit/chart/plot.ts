// One uPlot with what Galley adds: bands below the lines, marks of what is not shown, labels at the ends.
import uPlot from 'uplot';
import { getSettings } from '../settings';
import { durationSteps, formatShort, formatX, logTicks, stepSteps } from './axis';
import { align, bucketWidth, onlyPositive, spread, yRangeOf, type Aligned, type ChartData } from './data';
import { strokeOf, token, type Stroke } from './slots';
import type { XAxis } from './state';

export type PlotOptions = {
  axis: XAxis;
  log: boolean;
  width: number;
  height: number;
  title: string; // Of the y axis, with its unit.
  xTitle: string;
  onCursor: (x: number | null) => void;
  onZoom: (from: number, to: number) => void;
};

const labelsMax = 6;
const thinFrom = 24;
const font = () => `11px ${token('--g-font')}`;

export type Plot = {
  u: uPlot;
  update: (data: ChartData) => void;
  look: (from: number, to: number) => void; // Shows what is drawn already at another scale.
  focus: (index: number | null) => void;
  refused: number;
};

type Span = { from: number; to: number };
/** What is drawn now: hooks read it, so that new data needs no new uPlot. `view`: the part of the axis that is looked at
 * before its data is here. */
type Drawn = { data: ChartData; strokes: Stroke[]; log: boolean; view: Span | null };

export function createPlot(root: HTMLElement, data: ChartData, options: PlotOptions): Plot {
  const drawn: Drawn = {
    data,
    strokes: data.curves.map((curve) => strokeOf(curve.slot, curve.baseline)),
    log: options.log,
    view: null,
  };
  const first = prepare(data, options.log);
  const labelled = data.curves.length > 1 && data.curves.length <= labelsMax;
  // Of so many curves one alone is not told apart by its dashes, and thin lines are drawn several times as fast.
  const isThin = data.curves.length > thinFrom;
  const widthOf = (stroke: Stroke) => (isThin && stroke.width < 2 ? 1 : stroke.width);
  const u = new uPlot(
    {
      width: options.width,
      height: options.height,
      ms: 1,
      padding: [8, labelled ? 96 : 16, 0, 0],
      ...(getSettings().zone === 'UTC' ? { tzDate: (ts: number) => uPlot.tzDate(new Date(ts), 'Etc/UTC') } : {}),
      legend: { show: false },
      cursor: {
        sync: { key: `galley-${options.axis === 'metric' ? options.xTitle : options.axis}`, scales: ['x', null] },
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        y: false,
        bind: { dblclick: () => () => null },
      },
      scales: {
        x: { time: options.axis === 'wall', range: () => xRange(drawn.view ?? drawn.data) },
        y: { distr: options.log ? 3 : 1, range: () => yRange(drawn) },
      },
      axes: [xAxis(options), yAxis(options)],
      series: [
        {},
        ...drawn.strokes.map((stroke, index) => ({
          label: data.curves[index]?.label ?? '',
          stroke: stroke.color,
          width: widthOf(stroke),
          ...(stroke.dash.length > 0 && !isThin ? { dash: stroke.dash } : {}),
          points: { show: drawsPoints },
        })),
      ],
      hooks: {
        drawAxes: [(plot) => drawBands(plot, drawn)],
        draw: [
          (plot) => {
            drawMarks(plot, drawn);
            if (labelled) drawLabels(plot, drawn);
          },
        ],
        setCursor: [
          (plot) =>
            options.onCursor(
              plot.cursor.left !== undefined && plot.cursor.left >= 0 ? plot.posToVal(plot.cursor.left, 'x') : null,
            ),
        ],
        setSelect: [
          (plot) => {
            if (plot.select.width < 4) return;
            options.onZoom(
              plot.posToVal(plot.select.left, 'x'),
              plot.posToVal(plot.select.left + plot.select.width, 'x'),
            );
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    },
    first.data as uPlot.AlignedData,
    root,
  );
  const plot: Plot = {
    u,
    refused: first.refused,
    update: (next) => {
      drawn.data = next;
      drawn.view = null;
      const prepared = prepare(next, options.log);
      plot.refused = prepared.refused;
      u.setData(prepared.data as uPlot.AlignedData, true);
    },
    look: (from, to) => {
      drawn.view = { from, to };
      u.setScale('x', { min: from, max: to });
    },
    focus: (index) => {
      u.series.forEach((series, at) => {
        const stroke = drawn.strokes[at - 1];
        if (!stroke) return;
        series.alpha = index === null || index === at - 1 ? 1 : 0.25;
        series.width = (index === at - 1 ? stroke.width + 1 : widthOf(stroke)) * window.devicePixelRatio;
      });
      u.redraw(false, false);
    },
  };
  return plot;
}

function prepare(data: ChartData, log: boolean): { data: Aligned; refused: number } {
  const aligned = align(data);
  return log ? onlyPositive(aligned) : { data: aligned, refused: 0 };
}

/** Single points are drawn where there is room for them. */
function drawsPoints(u: uPlot, series: number, from: number, to: number): boolean {
  const width = u.bbox.width / window.devicePixelRatio;
  if ((to - from) * 8 < width && u.series.length < 20) return true;
  return (u.data[series] ?? []).filter((value) => value !== null && value !== undefined).length === 1;
}

function xRange(data: Span): uPlot.Range.MinMax {
  if (data.to > data.from) return [data.from, data.to];
  return [data.from - 0.5, data.from + 0.5];
}

function yRange({ data, log }: Drawn): uPlot.Range.MinMax {
  const { lo, hi } = yRangeOf(data, log);
  return [lo, hi];
}

function axisLook(): Partial<uPlot.Axis> {
  return {
    stroke: token('--g-muted'),
    font: font(),
    labelFont: font(),
    grid: { stroke: token('--g-divider'), width: 1 },
    ticks: { stroke: token('--g-divider'), width: 1, size: 4 },
  };
}

function xAxis({ axis, xTitle }: PlotOptions): uPlot.Axis {
  const look: uPlot.Axis = { ...axisLook(), size: 24, gap: 3, label: xTitle, labelSize: 14, labelGap: 0 };
  if (axis === 'wall') return look;
  return {
    ...look,
    ...(axis === 'metric' ? {} : { incrs: axis === 'step' ? stepSteps : durationSteps }),
    space: 64,
    values: (_, splits) => splits.map((value) => formatX(axis, value)),
  };
}

function yAxis({ title, log }: PlotOptions): uPlot.Axis {
  return {
    ...axisLook(),
    size: 58,
    gap: 4,
    label: title,
    labelSize: 16,
    labelGap: 0,
    ...(log
      ? {
          splits: (_: uPlot, __: number, min: number, max: number) => logTicks(min, max).all,
          filter: (_: uPlot, splits: number[]) => splits, // uPlot's own leaves names out that are wanted here.
          values: (u: uPlot, splits: number[]) => {
            const { min = 1, max = 1 } = u.scales.y ?? {};
            const { named } = logTicks(min, max);
            return splits.map((value) => (named.includes(value) ? formatShort(value) : ''));
          },
        }
      : { values: (_: uPlot, splits: number[]) => splits.map((value) => formatShort(value)) }),
  };
}

function clipped(u: uPlot, draw: (context: CanvasRenderingContext2D) => void) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

/** The zero line, and each band as one faint area. */
function drawBands(u: uPlot, { data, strokes, log }: Drawn) {
  const half = bucketWidth(data) / 2;
  clipped(u, (ctx) => {
    const zero = u.valToPos(0, 'y', true);
    if (!log && zero > u.bbox.top && zero < u.bbox.top + u.bbox.height) {
      ctx.fillStyle = token('--g-control');
      ctx.fillRect(u.bbox.left, Math.round(zero), u.bbox.width, 1);
    }
    const many = data.curves.length > 12;
    data.curves.forEach((curve, index) => {
      if (curve.lo.length === 0) return;
      const alpha = u.series[index + 1]?.alpha ?? 1;
      ctx.strokeStyle = ctx.fillStyle = strokes[index]?.color ?? '';
      ctx.lineWidth = window.devicePixelRatio;
      ctx.beginPath();
      const edge: [number, number][] = [];
      data.x.forEach((x, at) => {
        const lo = curve.lo[at];
        const hi = curve.hi[at];
        if (typeof lo !== 'number' || typeof hi !== 'number' || (log && hi <= 0)) return;
        const left = u.valToPos(x + half, 'x', true);
        edge.push([left, log && lo <= 0 ? u.bbox.top + u.bbox.height : u.valToPos(lo, 'y', true)]);
        ctx.lineTo(left, u.valToPos(hi, 'y', true));
      });
      // Where the band is the raw curve itself it has no area, and a spike would vanish: it is a line.
      const isLine = half === 0 && curve.lo.every((lo, at) => lo === curve.hi[at]);
      if (!isLine) {
        for (const [left, bottom] of edge.reverse()) ctx.lineTo(left, bottom);
        ctx.globalAlpha = alpha * (many ? 0.04 : 0.18);
        ctx.fill();
      }
      ctx.globalAlpha = alpha * (isLine ? (many ? 0.3 : 0.45) : many ? 0.08 : 0.3);
      ctx.stroke();
    });
  });
}

/** Triangles at the edge for what is beyond the axis or infinite, ticks below for what is not a number. */
function drawMarks(u: uPlot, { data, strokes }: Drawn) {
  const scale = window.devicePixelRatio;
  const { top, height } = u.bbox;
  const min = u.scales.y?.min ?? -Infinity;
  const max = u.scales.y?.max ?? Infinity;
  const half = bucketWidth(data) / 2;
  clipped(u, (ctx) => {
    data.curves.forEach((curve, index) => {
      ctx.fillStyle = strokes[index]?.color ?? '';
      const triangle = (x: number, above: boolean) => {
        const left = u.valToPos(x, 'x', true);
        const y = above ? top : top + height;
        ctx.beginPath();
        ctx.moveTo(left, y);
        ctx.lineTo(left - 4 * scale, y + (above ? 7 : -7) * scale);
        ctx.lineTo(left + 4 * scale, y + (above ? 7 : -7) * scale);
        ctx.fill();
      };
      const highs = curve.hi.length > 0 ? curve.hi : curve.max.length > 0 ? curve.max : curve.last;
      const lows = curve.lo.length > 0 ? curve.lo : curve.min.length > 0 ? curve.min : curve.last;
      data.x.forEach((x, at) => {
        const high = highs[at];
        const low = lows[at];
        if (typeof high === 'number' && high > max) triangle(x + half, true);
        if (typeof low === 'number' && low < min) triangle(x + half, false);
      });
      for (const point of curve.infinities) triangle(point.x, point.above);
      for (const span of curve.nan) {
        const left = u.valToPos(span.from, 'x', true);
        const right = u.valToPos(span.to, 'x', true);
        ctx.fillRect(left, top + height - 5 * scale, Math.max(scale * 1.5, right - left), 5 * scale);
      }
    });
  });
}

/** Names at the right ends of the lines, none over another. */
function drawLabels(u: uPlot, { data, strokes }: Drawn) {
  const scale = window.devicePixelRatio;
  const ends = data.curves.map((curve) => {
    const values = curve.last.length > 0 ? curve.last : curve.max;
    for (let at = data.x.length - 1; at >= 0; --at) {
      const value = values[at];
      if (typeof value === 'number') return value;
    }
    return null;
  });
  const { ctx, bbox } = u;
  const height = 13 * scale;
  const inside = (place: number) => Math.max(bbox.top, Math.min(bbox.top + bbox.height, place));
  const places = spread(
    ends.map((value) => (value === null ? 0 : inside(u.valToPos(value, 'y', true)))),
    height,
    bbox.top + bbox.height,
  );
  ctx.save();
  ctx.font = `${11 * scale}px ${token('--g-font')}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  data.curves.forEach((curve, index) => {
    if (ends[index] === null) return;
    ctx.fillStyle = strokes[index]?.color ?? '';
    ctx.fillText(shorten(ctx, curve.label, 88 * scale), bbox.left + bbox.width + 6 * scale, places[index] ?? 0);
  });
  ctx.restore();
}

/** The end of a name matters as much as its beginning. */
function shorten(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  for (let keep = text.length - 1; keep > 3; --keep) {
    const half = Math.ceil(keep / 2);
    const cut = `${text.slice(0, half)}…${text.slice(text.length - (keep - half))}`;
    if (ctx.measureText(cut).width <= width) return cut;
  }
  return text.slice(0, 3);
}
