// The verbs that are on the page now, for whoever lists them: each button that asks before it does something is one.
import { useEffect, useRef } from 'react';

export type Verb = {
  label: string;
  detail: string; // What would be so afterwards.
  disabledWhy?: string;
  open: () => void;
};

const shown = new Set<{ current: Verb }>();

/** A verb for as long as the component is mounted. */
export function useVerb(verb: Verb): void {
  const kept = useRef(verb);
  useEffect(() => {
    kept.current = verb;
  });
  useEffect(() => {
    shown.add(kept);
    return () => {
      shown.delete(kept);
    };
  }, []);
}

/** In the order in which they came. */
export function verbsNow(): Verb[] {
  return [...shown].map((one) => one.current);
}
