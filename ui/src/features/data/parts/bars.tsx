// Small pictures of a column: bars of equal parts, a box from quartile to quartile.
import { barHeights, type Box } from '../model';

export function Bars({
  counts,
  label,
  width = 120,
  height = 20,
}: {
  counts: number[];
  label: string;
  width?: number;
  height?: number;
}) {
  const step = width / counts.length;
  return (
    <svg className="bars" width={width} height={height} role="img" aria-label={label}>
      <title>{label}</title>
      {barHeights(counts).map(
        (share, at) =>
          share > 0 && (
            <rect
              key={at}
              x={at * step}
              width={Math.max(1, step - 1)}
              height={Math.max(1, share * height)}
              y={height - Math.max(1, share * height)}
            />
          ),
      )}
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
    </svg>
  );
}

export function BoxLine({ box, label, width = 180 }: { box: Box; label: string; width?: number }) {
  const at = (share: number) => 2 + share * (width - 4);
  return (
    <svg className="boxline" width={width} height={14} role="img" aria-label={label}>
      <title>{label}</title>
      <line x1={at(box.low)} x2={at(box.high)} y1={7} y2={7} />
      <line x1={at(box.low)} x2={at(box.low)} y1={4} y2={10} />
      <line x1={at(box.high)} x2={at(box.high)} y1={4} y2={10} />
      <rect x={at(box.q25)} width={Math.max(1, at(box.q75) - at(box.q25))} y={2} height={10} />
      <line className="is-median" x1={at(box.median)} x2={at(box.median)} y1={1} y2={13} />
    </svg>
  );
}
