// Two columns against each other as points, with the least-squares line and the Pareto front.
import './scatter.css';
import { useMemo, useRef, useState } from 'react';
import type { Cell } from '../chart/csv';
import { Framed } from '../chart/framed';
import { svgOf } from '../chart/picture';
import { formatMetric } from '../number';
import type { Axis } from '../parallel/layout';
import { linear } from '../scale';
import { makeText } from '../text';
import { useWidth } from '../usewidth';
import { fitLine, type Line, type Place } from './fit';
import { paretoFront, stairs, type Better } from './pareto';
import { margins, Plane, planeAxis, type PlaneAxis } from './plane';

const useT = makeText(
  {
    label: '{y} over {x}: {n|one point|# points}',
    title: '{y} over {x}',
    fit: 'least squares{scale}: slope {slope}, R² {r2}, n {n}',
    log: ' (of the logarithms {axes})',
    noFit: 'no line: it needs three points or more that are not above each other',
    onFront: '{n|one run is|# runs are} on the Pareto front',
    front: 'Pareto front: {x} {dx}, {y} {dy}',
    small: 'small',
    large: 'large',
    isFront: 'on the front',
    yes: 'yes',
    run: 'run',
    missing: '{n|one run lacks|# runs lack} a value',
    trend: 'the line {way}',
    rises: 'rises',
    falls: 'falls',
  },
  {
    label: '{y} 与 {x}：{n} 个点',
    title: '{y} 与 {x}',
    fit: '最小二乘{scale}：斜率 {slope}，R² {r2}，n {n}',
    log: '（{axes} 取对数）',
    noFit: '无拟合线：至少需要三个 x 不全相同的点',
    onFront: '{n} 个运行（run）位于帕累托前沿',
    front: '帕累托前沿：{x}{dx}，{y}{dy}',
    small: '越小越好',
    large: '越大越好',
    isFront: '位于前沿',
    yes: '是',
    run: '运行（run）',
    missing: '{n} 个运行缺少数值',
    trend: '拟合线{way}',
    rises: '上升',
    falls: '下降',
  },
);

export type ScatterProps = {
  x: Axis;
  y: Axis;
  names: readonly string[]; // Of the runs, as the axes' values.
  fit: boolean;
  front: { x: Better; y: Better } | null; // The direction in which each axis is better; null: no front.
  onOpen?: (line: number) => void;
  query?: string;
  height?: number;
};
type Point = Place & { line: number };

/** Values as their axis shows them: a straight line on a log axis is one of logarithms. */
const asDrawn = (axis: Axis, value: number) => (axis.type === 'log' ? Math.log10(value) : value);

function useFacts({ x, y, names, fit, front }: ScatterProps) {
  return useMemo(() => {
    const points = names.flatMap((_, line): Point[] => {
      const [left, right] = [x.values[line], y.values[line]];
      const isThere = (axis: Axis, value: number | null | undefined): value is number =>
        typeof value === 'number' && (axis.type !== 'log' || value > 0);
      return isThere(x, left) && isThere(y, right) ? [{ line, x: left, y: right }] : [];
    });
    const isNumeric = x.type !== 'category' && y.type !== 'category';
    const drawn = points.map((point) => ({ x: asDrawn(x, point.x), y: asDrawn(y, point.y) }));
    const best = front && isNumeric ? paretoFront(points, front).flatMap((index) => points[index] ?? []) : [];
    return { points, isNumeric, line: fit && isNumeric ? fitLine(drawn) : null, best };
  }, [x, y, names, fit, front]);
}

export function Scatter(props: ScatterProps) {
  const { x, y, names, front, query } = props;
  const t = useT();
  const { points, isNumeric, line, best } = useFacts(props);
  const [hovered, setHovered] = useState<number | null>(null);
  const picture = useRef<SVGSVGElement>(null);
  const title = t('title', { x: x.label, y: y.label });
  const onFront = useMemo(() => new Set(best.map((point) => point.line)), [best]);
  const say = (at: number) => `${names[at] ?? ''}: ${x.label} ${tell(x, at)}, ${y.label} ${tell(y, at)}`;
  const said = [
    ...(hovered !== null ? [say(hovered)] : []),
    ...(hovered === null && props.fit && isNumeric ? [line ? fitText(t, line, x, y) : t('noFit')] : []),
    ...(front && isNumeric ? [t('onFront', { n: best.length })] : []),
    ...(points.length < names.length ? [t('missing', { n: names.length - points.length })] : []),
  ];
  const trend = line ? `. ${t('trend', { way: t(line.slope >= 0 ? 'rises' : 'falls') })}` : '';
  const lines = points.map(({ line: at }): Cell[] => [
    names[at] ?? '',
    cellOf(x, at),
    cellOf(y, at),
    ...(front ? [onFront.has(at) ? t('yes') : ''] : []),
  ]);
  return (
    <div className={front && isNumeric ? 'scatter with-front' : 'scatter'}>
      <Framed
        className="scatter-frame"
        title={title}
        head={[t('run'), x.label, y.label, ...(front ? [t('isFront')] : [])]}
        lines={lines}
        said={said.join(' · ')}
        svg={() => (picture.current ? svgOf(picture.current) : null)}
        {...(query === undefined ? {} : { query })}
      >
        {(tableId) => (
          <Picture
            {...props}
            {...{ points, line, best, onFront, hovered, setHovered, picture, tableId, say }}
            label={`${t('label', { x: x.label, y: y.label, n: points.length })}${trend}`}
          />
        )}
      </Framed>
      {front && isNumeric && <Front {...props} front={front} best={best} onHover={setHovered} />}
    </div>
  );
}

function fitText(t: ReturnType<typeof useT>, line: Line, x: Axis, y: Axis): string {
  const logs = [x, y].filter((axis) => axis.type === 'log').map((axis) => axis.label);
  const scale = logs.length > 0 ? t('log', { axes: logs.join(', ') }) : '';
  return t('fit', { scale, slope: formatMetric(line.slope), r2: formatMetric(line.r2, 3), n: line.n });
}

type PictureProps = ScatterProps & {
  points: readonly Point[];
  line: Line | null;
  best: readonly Point[];
  onFront: ReadonlySet<number>;
  hovered: number | null;
  setHovered: (line: number | null) => void;
  picture: React.RefObject<SVGSVGElement | null>;
  tableId: string;
  label: string;
  say: (line: number) => string;
};

function Picture({
  x,
  y,
  points,
  best,
  line,
  hovered,
  setHovered,
  onFront,
  onOpen,
  height = 420,
  ...more
}: PictureProps) {
  const [box, width] = useWidth<HTMLDivElement>(800);
  const across = planeAxis(x, margins.left, width - margins.right, Math.max(2, Math.floor(width / 110)));
  const up = planeAxis(y, height - margins.bottom, margins.top, 6);
  const path = stairs(best)
    .map((point, at) => `${at === 0 ? 'M' : 'L'}${across.scale.of(point.x)} ${up.scale.of(point.y)}`)
    .join('');
  return (
    <div ref={box}>
      <Plane
        x={across}
        y={up}
        names={{ x: x.label, y: y.label }}
        width={width}
        height={height}
        label={more.label}
        tableId={more.tableId}
        picture={more.picture}
      >
        <clipPath id="scatter-clip">
          <rect
            x={margins.left}
            y={margins.top}
            width={width - margins.left - margins.right}
            height={height - margins.top - margins.bottom}
          />
        </clipPath>
        {line && <FitLine x={x} y={y} across={across} up={up} line={line} />}
        {path !== '' && <path className="scatter-front" d={path} />}
        {points.map((point) => (
          <circle
            key={point.line}
            className={`scatter-point${onFront.has(point.line) ? ' is-front' : ''}${hovered === point.line ? ' is-hovered' : ''}`}
            cx={across.scale.of(point.x)}
            cy={up.scale.of(point.y)}
            r={hovered === point.line ? 6 : onFront.has(point.line) ? 5 : 4}
            onMouseEnter={() => setHovered(point.line)}
            onMouseLeave={() => setHovered(null)}
            onClick={() => onOpen?.(point.line)}
          >
            <title>{more.say(point.line)}</title>
          </circle>
        ))}
      </Plane>
    </div>
  );
}

function FitLine({ x, y, across, up, line }: { x: Axis; y: Axis; across: PlaneAxis; up: PlaneAxis; line: Line }) {
  const { from, to } = across.scale;
  // In the picture's own measure: a scale of logarithms ends where its axis does, and the line need not.
  const { scale } = up;
  const drawn = linear(asDrawn(y, scale.from), asDrawn(y, scale.to), scale.of(scale.from), scale.of(scale.to));
  const at = (value: number) => drawn.of(line.intercept + line.slope * asDrawn(x, value));
  return (
    <line
      className="scatter-fit"
      clipPath="url(#scatter-clip)"
      x1={across.scale.of(from)}
      x2={across.scale.of(to)}
      y1={at(from)}
      y2={at(to)}
    />
  );
}

/** The runs that no other beats, as a list. */
function Front({
  x,
  y,
  names,
  front,
  best,
  onOpen,
  onHover,
}: ScatterProps & { front: { x: Better; y: Better }; best: readonly Point[]; onHover: (line: number | null) => void }) {
  const t = useT();
  const way = (better: Better) => t(better === 'min' ? 'small' : 'large');
  return (
    <div className="front-list">
      <table className="plain">
        <caption>{t('front', { x: x.label, y: y.label, dx: way(front.x), dy: way(front.y) })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('run')}</th>
            <th scope="col" className="number">
              {x.label}
            </th>
            <th scope="col" className="number">
              {y.label}
            </th>
          </tr>
        </thead>
        <tbody>
          {best.map(({ line }) => (
            <tr key={line} onMouseEnter={() => onHover(line)} onMouseLeave={() => onHover(null)}>
              <th scope="row">
                <button type="button" className="chart-link" onClick={() => onOpen?.(line)}>
                  {names[line]}
                </button>
              </th>
              <td className="number" title={String(x.values[line])}>
                {tell(x, line)}
              </td>
              <td className="number" title={String(y.values[line])}>
                {tell(y, line)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellOf(axis: Axis, line: number): Cell {
  const value = axis.values[line] ?? null;
  return axis.type === 'category' ? (axis.categories[value ?? -1] ?? null) : value;
}

function tell(axis: Axis, line: number): string {
  const cell = cellOf(axis, line);
  return typeof cell === 'string' ? cell : cell === null ? '–' : formatMetric(cell);
}
