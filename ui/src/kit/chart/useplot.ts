// Keeps one uPlot in an element: made anew when curves or axes change, given new data otherwise.
import { useEffect, useRef, useState } from 'react';
import { useSettings } from '../settings';
import type { ChartData } from './data';
import { createPlot, type Plot } from './plot';
import type { ChartState, Zoom } from './state';
import { zoomTo } from './state';

export type PlotHandle = {
  root: React.RefObject<HTMLDivElement | null>;
  plot: React.RefObject<Plot | null>;
  refused: number;
};
type Wanted = {
  data: ChartData | null;
  state: ChartState;
  title: string;
  xTitle: string;
  height: number;
  onCursor: (x: number | null) => void;
  onZoom: (zoom: Zoom | null, goesOn: boolean) => void; // `goesOn`: of the same movement as the one before.
  onBack: () => void;
};

/** Light or dark, as the page is: colours on a canvas do not follow by themselves. */
function useScheme(): string {
  const read = () => document.documentElement.getAttribute('data-mantine-color-scheme') ?? 'light';
  const [scheme, setScheme] = useState(read);
  useEffect(() => {
    const observer = new MutationObserver(() => setScheme(read()));
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-mantine-color-scheme'] });
    return () => observer.disconnect();
  }, []);
  return scheme;
}

export function usePlot(wanted: Wanted): PlotHandle {
  const root = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const shown = useRef<ChartData | null>(null);
  const latest = useRef(wanted);
  latest.current = wanted;
  const [refused, setRefused] = useState(0);
  const scheme = useScheme();
  const { zone, language } = useSettings();
  const { data, state, height, title } = wanted;
  const look =
    data === null
      ? ''
      : JSON.stringify([
          state.x,
          state.xKey,
          state.log,
          height,
          title,
          scheme,
          zone,
          language,
          data.curves.map((curve) => [curve.id, curve.label, curve.slot, curve.baseline]),
        ]);

  useEffect(() => {
    const element = root.current;
    const first = latest.current.data;
    if (!element || look === '' || first === null) return undefined;
    const clamp = (from: number, to: number) => zoomTo(from, to, latest.current.data?.whole ?? { from, to });
    // The old picture at the new scale, until its data is here.
    const show = (from: number, to: number) => {
      const whole = latest.current.data?.whole;
      const part = clamp(from, to);
      if (whole) plot.current?.look(part?.from ?? whole.from, part?.to ?? whole.to);
    };
    const zoom = (from: number, to: number, goesOn = false) => {
      show(from, to);
      if (latest.current.data !== null) latest.current.onZoom(clamp(from, to), goesOn);
    };
    const made = createPlot(element, first, {
      axis: latest.current.state.x,
      log: latest.current.state.log,
      height: latest.current.height,
      title: latest.current.title,
      xTitle: latest.current.xTitle,
      width: Math.max(160, element.clientWidth),
      onCursor: (x) => latest.current.onCursor(x),
      onZoom: zoom,
    });
    plot.current = made;
    shown.current = first;
    setRefused(made.refused);
    const unwatch = watchPointer(element, made, { show, zoom, back: () => latest.current.onBack() });
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === width || element.clientWidth === 0) return;
      width = element.clientWidth;
      made.u.setSize({ width: Math.max(160, width), height: latest.current.height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      unwatch();
      made.u.destroy();
      plot.current = null;
    };
  }, [look]);

  useEffect(() => {
    if (data === null || plot.current === null || shown.current === data) return; // Each picture is drawn once.
    shown.current = data;
    plot.current.update(data);
    setRefused(plot.current.refused);
  }, [data]);
  return { root, plot, refused };
}

type Pointer = {
  show: (from: number, to: number) => void;
  zoom: (from: number, to: number, goesOn: boolean) => void;
  back: () => void;
};

/** The wheel zooms about the pointer once the chart has the focus, which a click gives it (before, the page scrolls, if
 * not with Alt); Shift+drag moves, a double click goes back. */
function watchPointer(element: HTMLElement, plot: Plot, pointer: Pointer): () => void {
  const { u } = plot;
  const { over } = u;
  let timer = 0;
  const range = () => [u.scales.x?.min ?? 0, u.scales.x?.max ?? 1] as const;
  // A movement is one level to come back from, however often its picture is asked for.
  const movement = { asked: false, wheelMs: 0 };
  const ask = (from: number, to: number) => {
    pointer.zoom(from, to, movement.asked);
    movement.asked = true;
  };
  const go = (from: number, to: number) => {
    pointer.show(from, to);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => ask(from, to), 150);
  };
  const onWheel = (event: WheelEvent) => {
    const asks = event.altKey || event.ctrlKey || event.metaKey;
    if (event.deltaY === 0 || (!asks && document.activeElement !== element)) return;
    event.preventDefault();
    if (event.timeStamp - movement.wheelMs > 600) movement.asked = false;
    movement.wheelMs = event.timeStamp;
    const [min, max] = range();
    const at = u.posToVal(event.offsetX, 'x');
    const factor = event.deltaY < 0 ? 0.8 : 1.25;
    go(at - (at - min) * factor, at + (max - at) * factor);
  };
  const onDown = (event: MouseEvent) => {
    element.focus({ preventScroll: true });
    if (!event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    movement.asked = false;
    movement.wheelMs = 0;
    const [min, max] = range();
    const start = event.clientX;
    const onMove = (move: MouseEvent) => {
      const shift = ((start - move.clientX) / over.clientWidth) * (max - min);
      go(min + shift, max + shift);
    };
    const onUp = () => {
      document.removeEventListener('mousemove', onMove);
      document.removeEventListener('mouseup', onUp);
    };
    document.addEventListener('mousemove', onMove);
    document.addEventListener('mouseup', onUp);
  };
  over.addEventListener('wheel', onWheel, { passive: false });
  over.addEventListener('mousedown', onDown, { capture: true });
  over.addEventListener('dblclick', pointer.back);
  return () => {
    window.clearTimeout(timer);
    over.removeEventListener('wheel', onWheel);
    over.removeEventListener('mousedown', onDown, { capture: true });
    over.removeEventListener('dblclick', pointer.back);
  };
}
