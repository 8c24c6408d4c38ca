// A plane with two axes for points as SVG: where a value is drawn, round ticks, names.
import { formatShort, logTicks } from '../chart/axis';
import { domainOf, type Axis } from '../parallel/layout';
import { linear, logarithmic, ticks, type Scale } from '../scale';

export const margins = { left: 72, right: 24, top: 12, bottom: 48 };

export type Tick = { at: number; text: string };
export type PlaneAxis = { scale: Scale; ticks: Tick[] };

/** Numbers get some air at both ends, so that no point lies on the frame; of powers of ten only those are named. */
export function planeAxis(axis: Axis, start: number, end: number, count: number): PlaneAxis {
  const { lo, hi } = domainOf(axis);
  if (axis.type === 'category') {
    const scale = linear(lo, hi, start, end);
    const every = Math.ceil(axis.categories.length / Math.max(1, count * 2));
    const named = axis.categories.map((text, at) => ({ at, text })).filter(({ at }) => at % every === 0);
    return { scale, ticks: named };
  }
  if (axis.type === 'log') {
    const air = (hi / lo) ** 0.04;
    const scale = logarithmic(lo / air, hi * air, start, end);
    const marks = logTicks(lo / air, hi * air).named;
    return { scale, ticks: marks.map((at) => ({ at, text: formatShort(at) })) };
  }
  const air = (hi - lo) * 0.04;
  // Zero belongs to the picture where it is near.
  const from = lo >= 0 && lo < (hi - lo) * 0.25 ? Math.min(0, lo - air) : lo - air;
  const scale = linear(from, hi + air, start, end);
  return { scale, ticks: ticks(from, hi + air, count).map((at) => ({ at, text: formatShort(at) })) };
}

const shorten = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

export type PlaneProps = {
  x: PlaneAxis;
  y: PlaneAxis;
  names: { x: string; y: string };
  width: number;
  height: number;
  label: string; // What is to be seen, for who does not see it.
  tableId: string; // The same as a table.
  picture: React.RefObject<SVGSVGElement | null>;
  children: React.ReactNode; // What stands in the plane.
};

/** The picture: the plane, and in it what its `children` draw. */
export function Plane({ label, tableId, picture, children, ...plane }: PlaneProps) {
  const { width, height } = plane;
  return (
    <svg ref={picture} width={width} height={height} role="img" aria-label={label} aria-details={tableId}>
      <Axes {...plane} />
      {children}
    </svg>
  );
}

type AxesProps = Pick<PlaneProps, 'x' | 'y' | 'names' | 'width' | 'height'>;

function Axes({ x, y, names, width, height }: AxesProps) {
  const bottom = height - margins.bottom;
  const room = Math.max(4, Math.floor((width - margins.left - margins.right) / Math.max(1, x.ticks.length) / 6.5));
  return (
    <>
      {y.ticks.map(({ at, text }) => (
        <g key={`y${at}`}>
          <line
            className="plane-grid"
            x1={margins.left}
            x2={width - margins.right}
            y1={y.scale.of(at)}
            y2={y.scale.of(at)}
          />
          <text className="plane-tick" textAnchor="end" x={margins.left - 6} y={y.scale.of(at) + 4}>
            {shorten(text, 9)}
          </text>
        </g>
      ))}
      {x.ticks.map(({ at, text }) => (
        <g key={`x${at}`}>
          <line className="plane-grid" x1={x.scale.of(at)} x2={x.scale.of(at)} y1={margins.top} y2={bottom} />
          <text className="plane-tick" textAnchor="middle" x={x.scale.of(at)} y={bottom + 16}>
            {shorten(text, room)}
          </text>
        </g>
      ))}
      <line className="plane-axis" x1={margins.left} x2={width - margins.right} y1={bottom} y2={bottom} />
      <line className="plane-axis" x1={margins.left} x2={margins.left} y1={margins.top} y2={bottom} />
      <text className="plane-name" textAnchor="middle" x={(margins.left + width - margins.right) / 2} y={height - 8}>
        {names.x}
      </text>
      <text className="plane-name" textAnchor="middle" transform={`translate(12 ${bottom / 2}) rotate(-90)`}>
        {names.y}
      </text>
    </>
  );
}
