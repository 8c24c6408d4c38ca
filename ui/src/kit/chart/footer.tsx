import { formatCount } from '../number';
import { bucketWidth, toCsv, type ChartData } from './data';
import { ExportMenu, TableToggle } from './export';
import { pngOfCanvas } from './picture';
import type { Plot } from './plot';
import { strokeOf, token } from './slots';
import { toSvg } from './svg';
import type { ChartState } from './state';
import { useT } from './text';

type FooterProps = {
  data: ChartData;
  title: string;
  state: ChartState;
  refused: number;
  asTable: boolean;
  onTable: (on: boolean) => void;
  plot: React.RefObject<Plot | null>;
  tableId: string;
  xName: string;
  query: string | undefined;
  zoomed: boolean;
  onBack: () => void;
  onAll: () => void;
};

/** How much of the data is shown, what is not, and what can be taken along. */
export function Footer(props: FooterProps) {
  const t = useT();
  const { data, refused } = props;
  const points = data.curves.reduce((sum, curve) => sum + curve.n, 0);
  const infinite = data.curves.reduce((sum, curve) => sum + curve.infinite, 0);
  const unplaced = data.curves.reduce((sum, curve) => sum + (curve.unplaced ?? 0), 0);
  const lacking = data.lacking ?? 0;
  const missing = data.curves.reduce((sum, curve) => sum + curve.nan.reduce((n, span) => n + span.n, 0), 0);
  const shown = data.curves.reduce(
    (sum, curve) =>
      sum +
      [curve.first, curve.min, curve.max, curve.last].reduce(
        (n, column) => n + column.filter((value) => value !== null).length,
        0,
      ),
    0,
  );
  const isReduced = !data.exact && bucketWidth(data) > 0 && shown < points;
  const parts = [
    isReduced ? t('reduced', { shown: formatCount(shown), total: formatCount(points) }) : t('exact'),
    ...(refused > 0 ? [t('refused', { n: refused })] : []),
    ...(data.y && data.clipped > 0 ? [t('clipped', { n: data.clipped })] : []),
    ...(infinite > 0 ? [t('infinite', { n: infinite })] : []),
    ...(unplaced > 0 ? [t('unplaced', { n: unplaced, name: props.xName })] : []),
    ...(lacking > 0 ? [t('lacking', { n: lacking, name: props.xName })] : []),
    ...(missing > 0 ? [t('nan', { n: formatCount(missing) })] : []),
    ...(props.state.smooth.kind !== 'none' && props.state.group === '' ? [t('raw')] : []),
  ];
  return (
    <div className="chart-foot">
      <span className={refused > 0 ? 'chart-said warn' : 'chart-said'}>{parts.join(' · ')}</span>
      {props.zoomed && (
        <button type="button" className="chart-link" onClick={props.onBack}>
          {t('out')}
        </button>
      )}
      {props.zoomed && (
        <button type="button" className="chart-link" onClick={props.onAll}>
          {t('outAll')}
        </button>
      )}
      <TableToggle id={props.tableId} title={props.title} asTable={props.asTable} onTable={props.onTable} />
      <ExportMenu
        title={props.title}
        csv={() => toCsv(data, props.xName)}
        svg={() => pictureOf(props)}
        {...(props.asTable ? {} : { png: () => pngOf(props.plot.current) })}
        {...(props.query === undefined ? {} : { query: props.query })}
      />
    </div>
  );
}

const pngOf = (plot: Plot | null) => (plot ? pngOfCanvas(plot.u.ctx.canvas) : Promise.resolve(null));

/** As wide as it is shown, as an SVG file. */
function pictureOf({ data, title, state, xName, plot }: FooterProps): string {
  return toSvg(data, {
    title,
    axis: state.x,
    xName,
    log: state.log,
    width: Math.max(480, plot.current?.u.width ?? 800),
    height: Math.max(240, plot.current?.u.height ?? 320),
    strokes: data.curves.map((curve) => strokeOf(curve.slot, curve.baseline)),
    colors: {
      page: token('--g-page'),
      text: token('--g-text'),
      muted: token('--g-muted'),
      grid: token('--g-divider'),
    },
    font: token('--g-font'),
  });
}
