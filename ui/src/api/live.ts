// Keeps what is shown true: `useLive(topics)` asks the browser's one event stream for these topics, and what is read
// with them in its `meta.topics` is asked for again when one of them has changed.
import { useEffect, useSyncExternalStore } from 'react';
import { Live } from './live.core';
import { openLine } from './stream';

export type { StreamState } from './live.core';

let live: Live | null = null;

function theLive(): Live {
  if (live) return live;
  const made = new Live(openLine);
  live = made;
  document.addEventListener('visibilitychange', () => made.setHidden(document.hidden));
  window.addEventListener('pagehide', () => made.leave());
  window.addEventListener('pageshow', (event) => event.persisted && made.comeBack());
  made.setHidden(document.hidden);
  return made;
}

/** Whoever keeps answers: is told which topics have changed; null: all may have. */
export function onChange(run: (topics: string[] | null) => void): () => void {
  return theLive().onChange(run);
}

/** Whoever keeps answers: is told which topics nobody watches any more, so that what was read with them may be stale. */
export function onUnwatched(run: (topics: string[]) => void): () => void {
  return theLive().onUnwatched(run);
}

export function useLive(topics: string[]): void {
  const key = topics.join('\n');
  useEffect(() => (key === '' ? undefined : theLive().watch(key.split('\n'))), [key]);
}

const subscribe = (run: () => void): (() => void) => theLive().onState(run);
export function useStreamState() {
  return useSyncExternalStore(subscribe, () => theLive().state);
}

/** Stops taking changes in, or goes on. */
export function toggleLive(): void {
  theLive().toggle();
}
