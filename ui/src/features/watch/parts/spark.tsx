import { linear, padded } from '../../../kit/scale';

/** A line without axes: decoration beside a number. */
export function Spark({
  values,
  width = 84,
  height = 18,
}: {
  values: (number | null)[];
  width?: number;
  height?: number;
}) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const [low, high] = padded(known, -Infinity, Infinity);
  const x = linear(0, values.length - 1, 1, width - 1);
  const y = linear(low, high, height - 1, 1);
  let path = '';
  values.forEach((value, at) => {
    if (value !== null)
      path += `${at > 0 && values[at - 1] !== null && path !== '' ? 'L' : 'M'}${x.of(at).toFixed(1)} ${y.of(value).toFixed(1)}`;
  });
  return (
    <svg className="spark" width={width} height={height} aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
