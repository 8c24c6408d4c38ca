// Curves over steps or time. The server reduces and smooths; this draws, zooms by asking anew, and says what
// it does not show.
import 'uplot/dist/uPlot.min.css';
import './chart.css';
import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { formatMetric } from '../number';
import type { ChartData } from './data';
import { trendOf } from './data';
import { Footer } from './footer';
import { Legend } from './legend';
import { zoomTo, type ChartState, type Zoom } from './state';
import { TableView } from './tableview';
import { useT } from './text';
import { usePlot } from './useplot';

export type ChartProps = {
  title: string;
  data: ChartData | null; // null: not here yet.
  state: ChartState;
  onZoom: (zoom: Zoom | null) => void;
  height?: number;
  query?: string; // What was asked of the server as a command, to be copied.
  updating?: boolean;
  legend?: boolean;
  children?: React.ReactNode; // Beside the title.
};

export function Chart({
  title,
  data,
  state,
  onZoom,
  height = 240,
  query,
  updating,
  legend = true,
  children,
}: ChartProps) {
  const t = useT();
  const [cursor, setCursor] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  const history = useRef<(Zoom | null)[]>([]);
  const zoomNow = state.zoom;
  const goTo = useCallback(
    (zoom: Zoom | null, goesOn = false) => {
      if (zoom?.from === zoomNow?.from && zoom?.to === zoomNow?.to) return;
      if (!goesOn) history.current.push(zoomNow);
      onZoom(zoom);
    },
    [zoomNow, onZoom],
  );
  const back = useCallback(() => onZoom(history.current.pop() ?? null), [onZoom]);
  useEffect(() => {
    if (zoomNow === null) history.current = []; // The key z leaves all levels at once.
  }, [zoomNow]);
  const tableId = useId();
  const xName = state.x === 'metric' ? state.xKey : t(`axis_${state.x}`);
  const drawn = useMemo(() => (data !== null && !asTable && data.curves.length > 0 ? data : null), [data, asTable]);
  const { root, plot, refused } = usePlot({
    data: drawn,
    state,
    title,
    xTitle: xName,
    height,
    onCursor: setCursor,
    onZoom: goTo,
    onBack: back,
  });
  const label = useLabel(title, data);

  const onKey = (event: React.KeyboardEvent) => {
    if (data === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const width = data.to - data.from;
    const far = data.whole.to - data.whole.from;
    const moves: Record<string, [number, number] | undefined> = {
      ArrowLeft: [-0.25 * width, -0.25 * width],
      ArrowRight: [0.25 * width, 0.25 * width],
      Home: [-far, -far],
      End: [far, far],
      '+': [0.25 * width, -0.25 * width],
      '=': [0.25 * width, -0.25 * width],
      '-': [-0.5 * width, 0.5 * width],
    };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      goTo(zoomTo(data.from + move[0], data.to + move[1], data.whole));
    } else if (event.key === 'Backspace' && zoomNow) {
      event.preventDefault();
      back();
    }
  };
  const isEmpty = data !== null && data.curves.every((curve) => curve.n === 0);
  return (
    <figure className="chart" aria-busy={updating === true}>
      <figcaption className="chart-head">
        <span className="chart-title" title={title}>
          {title}
        </span>
        {children}
      </figcaption>
      {data !== null && asTable && <TableView data={data} axis={state.x} xName={xName} title={title} />}
      {isEmpty && !asTable && (
        <p className="chart-none">
          {t('none')}
          <br />
          <span className="meta">{t('noneText')}</span>
        </p>
      )}
      <div
        ref={root}
        className="chart-plot"
        role="img"
        aria-label={label}
        aria-details={tableId}
        title={t('hint')}
        tabIndex={0}
        onKeyDown={onKey}
        hidden={asTable || isEmpty}
        style={{ minHeight: `${height}px` }}
      />
      {data !== null && !isEmpty && (
        <Footer
          data={data}
          title={title}
          state={state}
          refused={refused}
          asTable={asTable}
          onTable={setAsTable}
          plot={plot}
          tableId={tableId}
          xName={xName}
          query={query}
          zoomed={zoomNow !== null}
          onBack={back}
          onAll={() => onZoom(null)}
        />
      )}
      {data !== null && legend && !asTable && !isEmpty && data.curves.length > 1 && (
        <Legend
          data={data}
          cursor={cursor}
          axis={state.x}
          xName={xName}
          title={title}
          onFocus={(index) => plot.current?.focus(index)}
        />
      )}
    </figure>
  );
}

/** What the picture says, in words: the trend of the first curves. */
function useLabel(title: string, data: ChartData | null): string {
  const t = useT();
  return useMemo(() => {
    if (data === null) return title;
    const sentences = data.curves.slice(0, 3).map((curve) => {
      const trend = trendOf(curve);
      if (trend.way === 'none') return t('empty', { name: curve.label });
      const words = t(trend.way, { name: curve.label, from: formatMetric(trend.from), to: formatMetric(trend.to) });
      return `${words}, ${t('range', { lo: formatMetric(trend.lo), hi: formatMetric(trend.hi) })}`;
    });
    return [`${title}: ${t('series', { n: data.curves.length })}`, ...sentences].join('. ');
  }, [title, data, t]);
}
