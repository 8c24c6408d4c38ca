// A chart with the page's settings and a zoom of its own, `c.METRIC` in the URL.
import { useCallback, useMemo } from 'react';
import { chartCodec, type ChartState, type Zoom } from '../../../kit/chart/state';
import { useUrlState } from '../../../kit/urlstate';

/** The state to show, and what a zoom calls; null: the page's again. */
export function useOwnZoom(metric: string, state: ChartState): [ChartState, (to: Zoom | null) => void] {
  const own = useMemo(() => ({ [`c.${metric}`]: chartCodec }), [metric]);
  const [mine, change] = useUrlState(own);
  const zoom = mine[`c.${metric}`]?.zoom ?? null;
  const shown = useMemo<ChartState>(() => ({ ...state, zoom: zoom ?? state.zoom }), [state, zoom]);
  const onZoom = useCallback(
    (to: Zoom | null) => change({ [`c.${metric}`]: { ...chartCodec.initial, zoom: to } }),
    [metric, change],
  );
  return [shown, onZoom];
}
