// An estimate with its interval on a line around zero, or around a threshold: one row of a forest plot.
import './interval.css';
import { domainOf, place, type Domain, type IntervalFigures } from './intervalscale';
import { makeText } from './text';

const useT = makeText(
  {
    said: '{value}, interval {lo} to {hi}',
    none: 'no interval',
    threshold: 'threshold {value}',
  },
  {
    said: '{value}，区间 {lo} 至 {hi}',
    none: '无区间',
    threshold: '阈值 {value}',
  },
);

export type IntervalProps = {
  figures: IntervalFigures;
  format: (value: number) => string;
  domain?: Domain; // Shared by rows that shall be compared; else this one's own.
  zero?: boolean; // Draws the line at 0.
  threshold?: number;
  width?: number;
};

const height = 22;
const middle = height / 2;

export function Interval({ figures, format, domain, zero = false, threshold, width = 180 }: IntervalProps) {
  const t = useT();
  const { value, lo, hi } = figures;
  const own = domain ?? domainOf([figures], { zero, ...(threshold === undefined ? {} : { threshold }) });
  const x = (at: number) => Math.round(place(own, at, width - 8) + 4) + 0.5;
  const says =
    value === undefined
      ? t('none')
      : t('said', {
          value: format(value),
          lo: lo === undefined ? '–' : format(lo),
          hi: hi === undefined ? '–' : format(hi),
        });
  const words = threshold === undefined ? says : `${says}; ${t('threshold', { value: format(threshold) })}`;
  // All on one side of zero: the sign is known.
  const side = lo === undefined || hi === undefined || !zero ? 'open' : lo > 0 ? 'above' : hi < 0 ? 'below' : 'open';
  return (
    <svg className={`interval interval-${side}`} width={width} height={height} role="img" aria-label={words}>
      <title>{words}</title>
      <line className="interval-axis" x1={0} x2={width} y1={height - 1.5} y2={height - 1.5} />
      {zero && <line className="interval-zero" x1={x(0)} x2={x(0)} y1={1} y2={height - 1} />}
      {threshold !== undefined && (
        <line className="interval-threshold" x1={x(threshold)} x2={x(threshold)} y1={1} y2={height - 1} />
      )}
      {lo !== undefined && hi !== undefined && (
        <>
          <line className="interval-line" x1={x(lo)} x2={x(hi)} y1={middle} y2={middle} />
          <line className="interval-line" x1={x(lo)} x2={x(lo)} y1={middle - 4} y2={middle + 4} />
          <line className="interval-line" x1={x(hi)} x2={x(hi)} y1={middle - 4} y2={middle + 4} />
        </>
      )}
      {value !== undefined && (
        <rect className="interval-point" x={x(value) - 3.5} y={middle - 3.5} width={7} height={7} />
      )}
    </svg>
  );
}
