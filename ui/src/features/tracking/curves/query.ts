// What a page asks of the server, as a command to be pasted into a shell.
import { urlOf } from '../../../api/client';

/** A quotation mark inside of a quoted word ends it, stands escaped, and begins it again. */
export const shellQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

export function curlOf(path: string, body: unknown): string {
  const url = new URL(urlOf(path), window.location.origin).href;
  return `curl -sS -X POST ${shellQuoted(url)} -H 'Content-Type: application/json' -d ${shellQuoted(JSON.stringify(body))}`;
}
