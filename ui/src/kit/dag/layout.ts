// Asks the worker for layouts and keeps them by the graph's hash: a state that changes lays nothing out.
import { useEffect, useState } from 'react';
import type { DagInput, Layout } from './graph';

const kept = new Map<string, Promise<Layout>>();
const keptMax = 20;
const waiting = new Map<number, (layout: Layout) => void>();
let worker: Worker | null = null;
let next = 0;

function ask(input: DagInput): Promise<Layout> {
  if (worker === null) {
    worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = (event: MessageEvent<{ key: number; layout: Layout }>) => {
      waiting.get(event.data.key)?.(event.data.layout);
      waiting.delete(event.data.key);
    };
  }
  const key = ++next;
  worker.postMessage({ key, input });
  return new Promise((resolve) => waiting.set(key, resolve));
}

function layoutFor(hash: string, input: DagInput): Promise<Layout> {
  const known = kept.get(hash);
  if (known) return known;
  const asked = ask(input);
  kept.set(hash, asked);
  const oldest = kept.keys().next().value;
  if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
  return asked;
}

/** Null while it is computed; the former layout is not shown for another graph. */
export function useLayout(hash: string, input: DagInput): Layout | null {
  const [found, setFound] = useState<{ hash: string; layout: Layout } | null>(null);
  useEffect(() => {
    let wanted = true;
    void layoutFor(hash, input).then((layout) => {
      if (wanted) setFound({ hash, layout });
    });
    return () => {
      wanted = false;
    };
    // The hash stands for the input.
  }, [hash]);
  return found?.hash === hash ? found.layout : null;
}
