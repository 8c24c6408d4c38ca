import { useEffect, useState } from 'react';
import { formatAgo, formatTime } from './number';
import { useSettings } from './settings';

/** The time now, moved on every `everyMs`. */
export function useNow(everyMs = 10_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** How long ago, the exact time on hover. */
export function Ago({ ms }: { ms: number | null | undefined }) {
  const now = useNow();
  useSettings();
  if (ms === null || ms === undefined) return <span className="muted">–</span>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={formatTime(ms, true)}>
      {formatAgo(ms, now)}
    </time>
  );
}

export function Time({ ms, seconds = true }: { ms: number | null | undefined; seconds?: boolean }) {
  useSettings();
  if (ms === null || ms === undefined) return <span className="muted">–</span>;
  return <time dateTime={new Date(ms).toISOString()}>{formatTime(ms, seconds)}</time>;
}
