// A window on a log: the lines between two byte offsets of it. Pure.
export type Line = { offset: number; text: string };
export type LogWindow = { start: number; end: number; size: number; lines: Line[] };
export const windowLinesMax = 20_000;

const bytes = new TextEncoder();
// Colours and cursor moves of terminals.
const escapes = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007/g;

/** The lines of a piece that begins at `offset`; a piece from within a line loses that line. */
export function linesOf(text: string, offset: number, fromWithin = false): Line[] {
  const lines: Line[] = [];
  let at = offset;
  const parts = text.split('\n');
  parts.forEach((part, index) => {
    const isLast = index === parts.length - 1;
    if (!(isLast && part === '') && !(index === 0 && fromWithin)) lines.push({ offset: at, text: clean(part) });
    at += bytes.encode(part).length + 1;
  });
  return lines;
}

/** Without colours; of a line that a carriage return wrote over, what stood there last. */
export function clean(line: string): string {
  const plain = line.replace(escapes, '').replace(/\r$/, '');
  return plain.slice(plain.lastIndexOf('\r') + 1);
}

/** `next` begins where the window ends. A last line that was not whole goes on. */
export function append(window: LogWindow, text: string, end: number, size: number, lastWasWhole: boolean): LogWindow {
  const added = linesOf(text, window.end);
  const lines = [...window.lines];
  const last = lines[lines.length - 1];
  if (!lastWasWhole && last !== undefined && added[0] !== undefined) {
    lines[lines.length - 1] = { offset: last.offset, text: last.text + added[0].text };
    added.shift();
  }
  const all = [...lines, ...added];
  const kept = all.slice(Math.max(0, all.length - windowLinesMax));
  return { start: kept.length < all.length ? (kept[0]?.offset ?? end) : window.start, end, size, lines: kept };
}

/** `text` ends where the window begins. */
export function prepend(window: LogWindow, text: string, start: number): LogWindow {
  const lines = linesOf(text, start, start > 0);
  const all = [...lines, ...window.lines].slice(0, windowLinesMax);
  return { ...window, start: lines[0]?.offset ?? window.start, lines: all };
}

/** The error behind or before where one is; at the end it begins again. */
export function nextOf(offsets: number[], at: number | null, by: 1 | -1): number | null {
  if (offsets.length === 0) return null;
  if (at === null) return (by === 1 ? offsets[0] : offsets[offsets.length - 1]) ?? null;
  const found = by === 1 ? offsets.find((offset) => offset > at) : [...offsets].reverse().find((offset) => offset < at);
  return found ?? (by === 1 ? offsets[0] : offsets[offsets.length - 1]) ?? null;
}
