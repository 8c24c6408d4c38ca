// The window on one attempt's log: where it stands, how it grows while the job runs.
import { useCallback, useEffect, useRef, useState } from 'react';
import { append, linesOf, prepend, type LogWindow } from './window';
import { save } from '../save';

const pageBytes = 65_536;
const contextBytes = 16_384;
const pollMs = 1000;

export type LogLine = { offset: number; line: number; text: string };
/** A piece of a log, and what was found in it. */
export type LogAnswer = {
  text: string;
  next_offset: number;
  size: number;
  first_error?: LogLine;
  errors?: LogLine[];
  errors_have_more?: boolean;
  matches?: LogLine[];
  matches_have_more?: boolean;
  is_cut?: boolean;
};
export type LogAsked = { offset?: number; limit: number; errors?: boolean; q?: string };
/** Where a log comes from. `key` tells logs apart; `ask` stays the same as long as it does. */
export type LogSource = { key: string; ask: (asked: LogAsked) => Promise<LogAnswer> };

export type Log = {
  window: LogWindow | null;
  target: number | null; // The line to look at.
  error: Error | null;
  show: (offset: number | null) => void; // null: the end.
  earlier: () => void;
  later: () => void;
};

export function useLog(source: LogSource, isLive: boolean, start: number | null | undefined): Log {
  const [window, setWindow] = useState<LogWindow | null>(null);
  const [target, setTarget] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const whole = useRef(true); // The last line in the window ends with a newline.
  const busy = useRef(false);
  const latest = useRef(window);
  latest.current = window;
  const { ask: read } = source;
  const ask = useCallback((offset: number, limit: number) => read({ offset, limit }), [read]);
  const once = useCallback((work: () => Promise<void>) => {
    if (busy.current) return;
    busy.current = true;
    work()
      .then(
        () => setError(null),
        (problem: unknown) => setError(problem instanceof Error ? problem : new Error(String(problem))),
      )
      .finally(() => {
        busy.current = false;
      });
  }, []);

  const show = useCallback(
    (offset: number | null) =>
      once(async () => {
        const from = offset ?? Math.max(0, (await ask(0, 0)).size - pageBytes);
        const before = offset === null ? from : Math.max(0, from - contextBytes);
        const ahead = from - before >= 4 ? await ask(before, from - before) : null;
        const begins = ahead ? from : before;
        const page = await ask(begins, pageBytes);
        const lines = [
          ...(ahead ? linesOf(ahead.text, before, before > 0) : []),
          ...linesOf(page.text, begins, offset === null && begins > 0),
        ];
        whole.current = page.text === '' || page.text.endsWith('\n');
        setWindow({
          start: before === 0 ? 0 : (lines[0]?.offset ?? begins),
          end: page.next_offset,
          size: page.size,
          lines,
        });
        setTarget(offset);
      }),
    [ask, once],
  );

  // A shorter one was stored in its place: it is read from its beginning.
  const replaced = useCallback(async () => {
    const page = await ask(0, pageBytes);
    whole.current = page.text === '' || page.text.endsWith('\n');
    setTarget(null);
    setWindow({ start: 0, end: page.next_offset, size: page.size, lines: linesOf(page.text, 0) });
  }, [ask]);

  const later = useCallback(
    () =>
      once(async () => {
        const now = latest.current;
        if (!now) return;
        const page = await ask(now.end, pageBytes);
        if (page.size < now.end) return replaced();
        if (page.text === '' && page.size === now.size) return;
        const wasWhole = whole.current;
        if (page.text !== '') whole.current = page.text.endsWith('\n');
        setWindow((old) =>
          old && old.end === now.end ? append(old, page.text, page.next_offset, page.size, wasWhole) : old,
        );
      }),
    [ask, once, replaced],
  );

  const earlier = useCallback(
    () =>
      once(async () => {
        const now = latest.current;
        if (!now || now.start === 0) return;
        const from = Math.max(0, now.start - pageBytes);
        const page = await ask(from, Math.max(4, now.start - from));
        setWindow((old) => (old && old.start === now.start ? prepend(old, page.text, from) : old));
      }),
    [ask, once],
  );

  useEffect(() => {
    if (start !== undefined) show(start);
  }, [start, show]);
  useEffect(() => {
    if (!isLive) return undefined;
    const timer = setInterval(later, pollMs);
    return () => clearInterval(timer);
  }, [isLive, later]);
  return { window, target, error, show, earlier, later };
}

const wholeBytesMax = 64 * 1024 * 1024;
const partBytes = 1_048_576;

/** All that is logged by now, at most 64 MiB, saved as a file. */
export async function saveLog(source: LogSource, file: string): Promise<void> {
  const parts: string[] = [];
  for (let offset = 0; offset < wholeBytesMax;) {
    const page = await source.ask({ offset, limit: partBytes });
    if (page.text === '' || page.next_offset <= offset) break;
    parts.push(page.text);
    offset = page.next_offset;
  }
  save(new Blob(parts, { type: 'text/plain;charset=utf-8' }), file);
}
