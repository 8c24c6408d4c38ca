// A small chart of lines with intervals over a numeric axis, as SVG: some hundred points at most. For more
// there is the chart of curves.
import { linear, logarithmic, ticks, type Scale } from './scale';
import { useWidth } from './usewidth';
import './histogram.css';

export type LinePoint = { x: number; y: number | null; lo?: number; hi?: number; open?: boolean };
export type LineSeries = {
  id: string;
  name: string;
  color: 1 | 2 | 3 | 4 | 8;
  points: LinePoint[];
  dash?: 'long' | 'short'; // Several lines of one colour.
  dots?: boolean; // Default: yes, of up to 100 points.
};
export type LineLimit = { y: number; name: string };
export type LineMark = { x: number; name: string; title: string }; // Something that happened.
export type LinesProps = {
  label: string; // What it shows, in words.
  series: LineSeries[];
  x: { from: number; to: number; name: string; format: (value: number) => string; log?: boolean; at?: number[] };
  y: { from: number; to: number; format: (value: number) => string };
  limits?: LineLimit[];
  marks?: LineMark[];
  height?: number;
  here?: { from: number; to: number } | null; // What is looked at.
  slots?: { from: number; to: number; title: string }[]; // What a click picks.
  onPick?: (slot: number) => void;
};

const margin = { left: 56, right: 12, top: 10, bottom: 34 };

/** Runs of points that have a value: a line is not drawn over what is missing. */
export function runsOf(points: readonly LinePoint[]): LinePoint[][] {
  const runs: LinePoint[][] = [];
  let run: LinePoint[] = [];
  for (const point of points) {
    if (point.y === null) {
      if (run.length > 0) runs.push(run);
      run = [];
    } else {
      run.push(point);
    }
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

function pathOf(points: readonly LinePoint[], x: Scale, y: Scale): string {
  return points
    .map((point, at) => `${at === 0 ? 'M' : 'L'}${x.of(point.x).toFixed(1)} ${y.of(point.y ?? 0).toFixed(1)}`)
    .join('');
}

function bandOf(points: readonly LinePoint[], x: Scale, y: Scale): string {
  const known = points.filter((point) => point.lo !== undefined && point.hi !== undefined);
  if (known.length === 0) return '';
  const up = known.map((point) => `${x.of(point.x).toFixed(1)} ${y.of(point.hi ?? 0).toFixed(1)}`);
  const down = [...known].reverse().map((point) => `${x.of(point.x).toFixed(1)} ${y.of(point.lo ?? 0).toFixed(1)}`);
  return `M${[...up, ...down].join('L')}Z`;
}

/** Marks that stand close together share a name: the first and the last of them. */
export function marksTogether(at: readonly number[], names: readonly string[]): { at: number; name: string }[] {
  const groups: { at: number; end: number; names: string[] }[] = [];
  at.forEach((x, index) => {
    const last = groups[groups.length - 1];
    const name = names[index] ?? '';
    if (last && x - last.end < 6 + 7 * (last.names.length > 1 ? 3 : 1)) {
      last.end = x;
      last.names.push(name);
    } else {
      groups.push({ at: x, end: x, names: [name] });
    }
  });
  return groups.map((group) => ({
    at: (group.at + group.end) / 2,
    name:
      group.names.length === 1 ? (group.names[0] ?? '') : `${group.names[0]}–${group.names[group.names.length - 1]}`,
  }));
}

function Marks({ marks, across, bottom }: { marks: LineMark[]; across: Scale; bottom: number }) {
  const at = marks.map((mark) => across.of(mark.x));
  return (
    <>
      {marks.map((mark, index) => (
        <g key={`${mark.x} ${index}`} className="line-mark">
          <title>{mark.title}</title>
          <line x1={at[index]} x2={at[index]} y1={margin.top} y2={bottom} />
        </g>
      ))}
      {marksTogether(
        at,
        marks.map((mark) => mark.name),
      ).map((group) => (
        <text key={group.name} className="line-mark-name" x={group.at} y={margin.top - 1} textAnchor="middle">
          {group.name}
        </text>
      ))}
    </>
  );
}

export function Lines({ label, series, x, y, limits, marks, height = 220, here, slots, onPick }: LinesProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const bottom = height - margin.bottom;
  const across = (x.log ? logarithmic : linear)(x.from, x.to, margin.left, width - margin.right);
  const up = linear(y.from, y.to, bottom, margin.top);
  const named = x.at ?? ticks(x.from, x.to, Math.max(2, Math.floor(width / 90)));
  const boxOf = (span: { from: number; to: number }) => {
    const left = Math.max(margin.left, across.of(span.from));
    return {
      x: left,
      width: Math.max(1, Math.min(width - margin.right, across.of(span.to)) - left),
      y: margin.top,
      height: bottom - margin.top,
    };
  };
  return (
    <div ref={ref} className="lines">
      <svg width={width} height={height} role="img" aria-label={label}>
        {ticks(y.from, y.to, 4).map((value) => (
          <g key={value}>
            <line
              className="chart-grid"
              x1={margin.left}
              x2={width - margin.right}
              y1={up.of(value)}
              y2={up.of(value)}
            />
            <text className="chart-tick" x={margin.left - 6} y={up.of(value) + 4} textAnchor="end">
              {y.format(value)}
            </text>
          </g>
        ))}
        {named.map((value) => (
          <text key={value} className="chart-tick" x={across.of(value)} y={bottom + 15} textAnchor="middle">
            {x.format(value)}
          </text>
        ))}
        <text className="chart-tick" x={width - margin.right} y={height - 4} textAnchor="end">
          {x.name}
        </text>
        <line className="chart-axis" x1={margin.left} x2={width - margin.right} y1={bottom} y2={bottom} />
        {here && <rect className="line-here" {...boxOf(here)} />}
        {series.map((one) =>
          runsOf(one.points).map((run, at) => (
            <g key={`${one.id} ${at}`}>
              <path className={`line-band line-${one.color}`} d={bandOf(run, across, up)} />
              <path
                className={`line-path line-${one.color}${one.dash ? ` line-${one.dash}` : ''}`}
                d={pathOf(run, across, up)}
              />
              {(run.length === 1 || (run.length <= 100 && one.dots !== false)) &&
                run.map((point) => (
                  <circle
                    key={point.x}
                    className={point.open ? 'line-dot-open' : `line-dot line-${one.color}`}
                    cx={across.of(point.x)}
                    cy={up.of(point.y ?? 0)}
                    r={3}
                  />
                ))}
            </g>
          )),
        )}
        {limits
          ?.filter((limit) => limit.y >= y.from && limit.y <= y.to)
          .map((limit, at) => (
            <g key={limit.name}>
              <line
                className="line-limit"
                x1={margin.left}
                x2={width - margin.right}
                y1={up.of(limit.y)}
                y2={up.of(limit.y)}
              />
              <text className="line-limit-name" y={up.of(limit.y) + (at % 2 === 0 ? -4 : 13)} x={margin.left + 4}>
                {limit.name}
              </text>
            </g>
          ))}
        <Marks marks={marks ?? []} across={across} bottom={bottom} />
        {slots?.map((slot, at) => (
          <rect
            key={at}
            className={onPick ? 'line-hit' : 'line-hit is-still'}
            {...boxOf(slot)}
            onClick={() => onPick?.(at)}
          >
            <title>{slot.title}</title>
          </rect>
        ))}
      </svg>
    </div>
  );
}
