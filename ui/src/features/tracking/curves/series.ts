// From a chart's settings to what is asked, and from the answer to what is drawn.
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { send, type ApiError } from '../../../api/client';
import { useLive } from '../../../api/live';
import type { ChartData, Curve } from '../../../kit/chart/data';
import { outlierShare, type ChartState } from '../../../kit/chart/state';
import type { SeriesAnswer, SeriesBody } from './api';

export type CurveLook = { label: string; slot: number; baseline?: boolean };
export type RunGroup = { label: string; runs: string[] };

export function bodyOf(
  state: ChartState,
  runs: readonly string[],
  key: string,
  points: number,
  groups: readonly RunGroup[] = [],
): SeriesBody {
  const grouped = state.group !== '' && groups.length > 0;
  return {
    runs: [...runs],
    keys: [key],
    x: state.x,
    ...(state.x === 'metric' ? { x_key: state.xKey } : {}),
    points,
    ...(state.zoom?.from === undefined ? {} : { from: state.zoom.from }),
    ...(state.zoom?.to === undefined ? {} : { to: state.zoom.to }),
    ...(state.smooth.kind === 'none' ? {} : { smooth: state.smooth }),
    ...(state.outliers ? { outliers: outlierShare } : {}),
    ...(grouped ? { groups: groups.map((group) => ({ runs: group.runs })), band: state.band } : {}),
  };
}

export function toChart(answer: SeriesAnswer, lookOf: (id: string) => CurveLook, points: number): ChartData {
  const curves: Curve[] = answer.series.map((series) => {
    const id = series.run ?? String(series.group ?? 0);
    return { id, ...series, ...lookOf(id) };
  });
  return {
    x: answer.x,
    exact: answer.exact,
    from: answer.from,
    to: answer.to,
    whole: { from: answer.whole.lo, to: answer.whole.hi },
    clipped: answer.clipped,
    lacking: answer.lacking,
    points,
    curves,
    ...(answer.y ? { y: answer.y } : {}),
  };
}

export type SeriesOptions = { topics: string[]; enabled: boolean };

/** Curves that stay true: asked anew when a topic changes, which it does while a run logs. */
export function useSeries(
  body: SeriesBody,
  { topics, enabled }: SeriesOptions,
): UseQueryResult<SeriesAnswer, ApiError> {
  useLive(topics);
  return useQuery<SeriesAnswer, ApiError>({
    queryKey: ['metrics/series', body],
    queryFn: ({ signal }) => send<SeriesAnswer>('POST', 'metrics/series', body, signal),
    enabled,
    meta: { topics },
    placeholderData: keepPreviousData,
  });
}
