// One metric of some runs as a chart that asks for itself, and only once it is in view.
import { useEffect, useMemo, useRef, useState } from 'react';
import { Chart } from '../../../kit/chart/chart';
import type { ChartState, Zoom } from '../../../kit/chart/state';
import { Failure, Loading } from '../../../kit/state';
import { curlOf } from './query';
import { bodyOf, toChart, useSeries, type CurveLook, type RunGroup } from './series';

export type MetricChartProps = {
  metric: string;
  title?: string; // Instead of the metric's key.
  runs: readonly string[];
  lookOf: (id: string) => CurveLook; // Of a run, or of a group by its index.
  state: ChartState;
  onZoom: (zoom: Zoom | null) => void;
  groups?: readonly RunGroup[];
  points?: number;
  height?: number;
  legend?: boolean;
  children?: React.ReactNode;
};

export function MetricChart({
  metric,
  title = metric,
  runs,
  lookOf,
  state,
  onZoom,
  groups,
  points = 500,
  height = 220,
  legend = true,
  children,
}: MetricChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const { seen, inView } = useInView(place);
  const body = useMemo(() => bodyOf(state, runs, metric, points, groups), [state, runs, metric, points, groups]);
  const read = useSeries(body, {
    topics: runs.length <= 20 ? runs.map((run) => `run/${run}`) : [],
    enabled: inView && runs.length > 0,
  });
  const data = useMemo(() => (read.data ? toChart(read.data, lookOf, points) : null), [read.data, lookOf, points]);
  return (
    <div ref={place} className="metric-chart" style={{ minHeight: `${height + 64}px` }}>
      {read.error && !read.data && <Failure error={read.error} retry={() => void read.refetch()} />}
      {seen && data === null && !read.error && <Loading lines={5} />}
      {seen && data !== null && (
        <Chart
          title={title}
          data={data}
          state={state}
          onZoom={onZoom}
          height={height}
          query={curlOf('metrics/series', body)}
          updating={read.isFetching}
          legend={legend}
        >
          {children}
        </Chart>
      )}
    </div>
  );
}

/** Whether it is in view, and whether it ever was: what was drawn once stays, what is out of view does not ask. */
function useInView(place: React.RefObject<HTMLDivElement | null>): { seen: boolean; inView: boolean } {
  const [seen, setSeen] = useState(false);
  const [inView, setInView] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        const is = entries[entries.length - 1]?.isIntersecting === true;
        setInView(is);
        if (is) setSeen(true);
      },
      { rootMargin: '200px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return { seen, inView };
}
