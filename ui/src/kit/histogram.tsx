// Two distributions on the same bins, side by side; or as a table.
import { ticks, linear } from './scale';
import { useWidth } from './usewidth';
import './histogram.css';

export type HistogramBin = { label: string; edge?: string; reference: number; current: number | null; apart?: boolean };
export type HistogramProps = {
  label: string; // What it shows, in words, with the trend.
  bins: HistogramBin[]; // `edge` stands at a bin's left edge, else `label` under it. `apart`: no neighbour.
  referenceName: string;
  currentName: string;
  formatShare: (share: number) => string;
};

const height = 220;
const margin = { left: 52, right: 8, top: 8, bottom: 30 };

/** Bars from zero: the reference's and the current one's, bin by bin. */
export function Histogram({ label, bins, referenceName, currentName, formatShare }: HistogramProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const most = Math.max(0.01, ...bins.map((bin) => Math.max(bin.reference, bin.current ?? 0)));
  const y = linear(0, most * 1.05, height - margin.bottom, margin.top);
  const slots = bins.length + bins.filter((bin) => bin.apart).length * 0.5;
  const slot = (width - margin.left - margin.right) / slots;
  const lefts: number[] = [];
  let x = margin.left;
  for (const bin of bins) {
    if (bin.apart) x += slot / 2;
    lefts.push(x);
    x += slot;
  }
  const zero = y.of(0);
  return (
    <div ref={ref} className="histogram">
      <svg width={width} height={height} role="img" aria-label={label}>
        {ticks(0, most * 1.05, 4).map((value) => (
          <g key={value}>
            <line className="chart-grid" x1={margin.left} x2={width - margin.right} y1={y.of(value)} y2={y.of(value)} />
            <text className="chart-tick" x={margin.left - 6} y={y.of(value) + 4} textAnchor="end">
              {formatShare(value)}
            </text>
          </g>
        ))}
        {bins.map((bin, at) => {
          const left = lefts[at] ?? 0;
          const bar = Math.max(1, slot * 0.38);
          return (
            <g key={at}>
              <rect
                className="bar-reference"
                x={left + slot * 0.1}
                width={bar}
                y={y.of(bin.reference)}
                height={zero - y.of(bin.reference)}
              >
                <title>{`${referenceName}, ${bin.label}: ${formatShare(bin.reference)}`}</title>
              </rect>
              {bin.current !== null && (
                <rect
                  className="bar-current"
                  x={left + slot * 0.52}
                  width={bar}
                  y={y.of(bin.current)}
                  height={zero - y.of(bin.current)}
                >
                  <title>{`${currentName}, ${bin.label}: ${formatShare(bin.current)}`}</title>
                </rect>
              )}
              {bin.edge !== undefined ? (
                <text className="chart-tick" x={left} y={height - 14} textAnchor="middle">
                  {bin.edge}
                </text>
              ) : at === 0 && bins[1]?.edge !== undefined ? null : (
                <text className="chart-tick" x={left + slot / 2} y={height - 14} textAnchor="middle">
                  {bin.label}
                </text>
              )}
            </g>
          );
        })}
        <line className="chart-axis" x1={margin.left} x2={width - margin.right} y1={zero} y2={zero} />
      </svg>
      <ul className="histogram-legend">
        <li>
          <span className="swatch swatch-reference" aria-hidden="true" />
          {referenceName}
        </li>
        <li>
          <span className="swatch swatch-current" aria-hidden="true" />
          {currentName}
        </li>
      </ul>
    </div>
  );
}
