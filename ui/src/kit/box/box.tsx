// A number by category: for each a box (quartiles), whiskers and every point, with the same as a table beside it.
import './box.css';
import '../scatter/scatter.css';
import { useMemo, useRef, useState } from 'react';
import type { Cell } from '../chart/csv';
import { Framed } from '../chart/framed';
import { svgOf } from '../chart/picture';
import { formatMetric } from '../number';
import type { Axis } from '../parallel/layout';
import { margins, Plane, planeAxis } from '../scatter/plane';
import { makeText } from '../text';
import { useWidth } from '../usewidth';
import { boxOf, categoriesOf, type BoxStats } from './stats';

const useT = makeText(
  {
    title: '{value} by {category}',
    label: '{title}: {n|one category|# categories}',
    greatest: 'the greatest median is {median} at {name}, the least {least} at {last}',
    rule: 'box: quartiles · line: median · whiskers: to the farthest value within 1.5 × the box · every run is a point',
    left: '{runs|one run|# runs} in {n|one rarer category|# rarer categories} left out',
    missing: '{n|one run lacks|# runs lack} a value',
    run: 'run',
    n: 'n',
    median: 'median',
    quartiles: 'quartiles',
    whiskers: 'whiskers',
    range: 'least to greatest',
    outside: 'beyond',
  },
  {
    title: '{value}，按 {category}',
    label: '{title}：{n} 个类别',
    greatest: '中位数最大的是 {name}（{median}），最小的是 {last}（{least}）',
    rule: '箱：四分位数 · 线：中位数 · 须：箱外 1.5 倍箱高以内最远的值 · 每个点是一个运行（run）',
    left: '{n} 个较少见的类别（{runs} 个运行）未显示',
    missing: '{n} 个运行缺少数值',
    run: '运行（run）',
    n: 'n',
    median: '中位数',
    quartiles: '四分位数',
    whiskers: '须',
    range: '最小到最大',
    outside: '离群',
  },
);
const categoriesMost = 24;

export type BoxProps = {
  category: Axis;
  value: Axis;
  names: readonly string[]; // Of the runs, as the axes' values.
  onOpen?: (line: number) => void;
  query?: string;
  height?: number;
};
type Group = { name: string; stats: BoxStats; points: { line: number; value: number }[] };

function useGroups({ category, value, names }: BoxProps) {
  return useMemo(() => {
    const texts = names.map((_, line): Cell => {
      const at = category.values[line] ?? null;
      // Who has no number is in no category.
      if (typeof value.values[line] !== 'number') return null;
      return category.type === 'category' ? (category.categories[at ?? -1] ?? null) : at;
    });
    const { shown, left } = categoriesOf(texts, categoriesMost);
    const groups = shown.flatMap(({ name, lines }): Group[] => {
      const points = lines.map((line) => ({ line, value: value.values[line] ?? NaN }));
      const stats = boxOf(points.map((point) => point.value));
      return stats ? [{ name, stats, points }] : [];
    });
    return { groups, left, missing: texts.filter((text) => text === null).length };
  }, [category, value, names]);
}

export function Box(props: BoxProps) {
  const { category, value, names, query } = props;
  const t = useT();
  const { groups, left, missing } = useGroups(props);
  const [hovered, setHovered] = useState<string | null>(null);
  const picture = useRef<SVGSVGElement>(null);
  const title = t('title', { value: value.label, category: category.label });
  const order = [...groups].sort((a, b) => b.stats.median - a.stats.median);
  const [first, last] = [order[0], order[order.length - 1]];
  const sentences = [
    t('label', { title, n: groups.length }),
    ...(first && last && first !== last
      ? [
          t('greatest', {
            name: first.name,
            median: formatMetric(first.stats.median),
            last: last.name,
            least: formatMetric(last.stats.median),
          }),
        ]
      : []),
  ];
  const said = [
    hovered ?? t('rule'),
    ...(left.categories > 0 ? [t('left', { n: left.categories, runs: left.lines })] : []),
    ...(missing > 0 ? [t('missing', { n: missing })] : []),
  ];
  const lines = groups.flatMap((group) =>
    group.points.map((point): Cell[] => [names[point.line] ?? '', group.name, point.value]),
  );
  return (
    <div className="box-beside">
      <Framed
        className="box"
        title={title}
        head={[t('run'), category.label, value.label]}
        lines={lines}
        said={said.join(' · ')}
        svg={() => (picture.current ? svgOf(picture.current) : null)}
        {...(query === undefined ? {} : { query })}
      >
        {(tableId) => <Picture {...props} {...{ groups, picture, tableId, setHovered }} label={sentences.join('. ')} />}
      </Framed>
      <Numbers title={title} category={category.label} groups={groups} />
    </div>
  );
}

type PictureProps = BoxProps & {
  groups: readonly Group[];
  picture: React.RefObject<SVGSVGElement | null>;
  tableId: string;
  label: string;
  setHovered: (text: string | null) => void;
};

/** Where a point stands beside its box's middle, from -1 to 1: spread evenly, and always the same. */
const aside = (at: number) => (((at + 1) * 0.618034) % 1) * 2 - 1;

function Picture({ category, value, groups, names, onOpen, setHovered, height = 460, ...more }: PictureProps) {
  const [box, width] = useWidth<HTMLDivElement>(800);
  const named: Axis = { ...category, type: 'category', categories: groups.map((group) => group.name), values: [] };
  const all = groups.flatMap((group) => group.points.map((point) => point.value));
  const across = planeAxis(named, margins.left, width - margins.right, categoriesMost);
  // Whatever a log axis would leave out is shown here.
  const log = value.type === 'log' && all.every((one) => one > 0);
  const up = planeAxis(
    { ...value, type: log ? 'log' : 'number', values: all },
    height - margins.bottom,
    margins.top,
    6,
  );
  const half = Math.min(36, (width - margins.left - margins.right) / Math.max(1, groups.length) / 3);
  return (
    <div ref={box}>
      <Plane
        x={across}
        y={up}
        names={{ x: category.label, y: value.label }}
        width={width}
        height={height}
        label={more.label}
        tableId={more.tableId}
        picture={more.picture}
      >
        {groups.map(({ name, stats, points }, at) => {
          const middle = across.scale.of(at);
          const y = (number: number) => up.scale.of(number);
          return (
            <g key={name}>
              <line className="box-whisker" x1={middle} x2={middle} y1={y(stats.low)} y2={y(stats.q1)} />
              <line className="box-whisker" x1={middle} x2={middle} y1={y(stats.q3)} y2={y(stats.high)} />
              {[stats.low, stats.high].map((end, index) => (
                <line
                  key={index}
                  className="box-whisker"
                  x1={middle - half / 2}
                  x2={middle + half / 2}
                  y1={y(end)}
                  y2={y(end)}
                />
              ))}
              <rect
                className="box-body"
                x={middle - half}
                width={2 * half}
                y={y(stats.q3)}
                height={Math.max(1, y(stats.q1) - y(stats.q3))}
              />
              <line
                className="box-median"
                x1={middle - half}
                x2={middle + half}
                y1={y(stats.median)}
                y2={y(stats.median)}
              />
              {points.map((point, index) => (
                <circle
                  key={point.line}
                  className={point.value < stats.low || point.value > stats.high ? 'box-point is-outside' : 'box-point'}
                  cx={middle + aside(index) * half * 0.85}
                  cy={y(point.value)}
                  r={3}
                  onMouseEnter={() => setHovered(`${names[point.line] ?? ''}: ${name}, ${formatMetric(point.value)}`)}
                  onMouseLeave={() => setHovered(null)}
                  onClick={() => onOpen?.(point.line)}
                >
                  <title>{`${names[point.line] ?? ''}: ${formatMetric(point.value)}`}</title>
                </circle>
              ))}
            </g>
          );
        })}
      </Plane>
    </div>
  );
}

function Numbers({ title, category, groups }: { title: string; category: string; groups: readonly Group[] }) {
  const t = useT();
  const from = (a: number, b: number) => `${formatMetric(a)} … ${formatMetric(b)}`;
  const heads = [t('n'), t('median'), t('quartiles'), t('whiskers'), t('outside')];
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={title}>
      <table className="plain">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{category}</th>
            {heads.map((head) => (
              <th key={head} scope="col" className="number">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ name, stats }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{stats.n}</td>
              <td className="number" title={String(stats.median)}>
                {formatMetric(stats.median)}
              </td>
              <td className="number">{from(stats.q1, stats.q3)}</td>
              <td className="number">{from(stats.low, stats.high)}</td>
              <td className="number" title={`${t('range')}: ${from(stats.min, stats.max)}`}>
                {stats.outside}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
