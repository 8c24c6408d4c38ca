// Tells the server of an error in the page, at most five times: it goes to the log.
import { underBase } from './base';

let left = 5;

async function hashOf(text: string): Promise<string> {
  if (!crypto.subtle) return '';
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)]
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

export function report(error: unknown): void {
  if (left-- <= 0) return;
  const known = error instanceof Error ? error : new Error(String(error));
  void hashOf(known.stack ?? '')
    .then((stack) =>
      fetch(underBase('/api/v1/ui/errors'), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Galley-CSRF': '1' },
        body: JSON.stringify({ message: known.message.slice(0, 500), stack, path: window.location.pathname }),
      }),
    )
    .catch(() => undefined);
}
