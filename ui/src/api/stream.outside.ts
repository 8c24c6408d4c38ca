// What a browser gives to the stream: in a worker as in a tab.
import { underBase } from './base';
import type { Outside, Source, SourceEvents } from './stream.core';

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function open(url: string, events: SourceEvents): Source {
  const source = new EventSource(url, { withCredentials: false });
  const on = (kind: string, run: (data: Record<string, unknown>, id: string) => void) =>
    source.addEventListener(kind, (event) =>
      run(JSON.parse(event.data as string) as Record<string, unknown>, event.lastEventId),
    );
  on('hello', (data, id) => events.hello(String(data.stream), id));
  on('change', (data, id) => events.change(textsOf(data.topics), id));
  on('reset', (_, id) => events.reset(id));
  source.onerror = () => events.error();
  return source;
}

async function post(url: string, body: { topics: string[] }): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', 'X-Galley-CSRF': '1' },
      body: JSON.stringify(body),
    });
    return response.status;
  } catch {
    return 0;
  }
}

export const outside: Outside = {
  open,
  post,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  now: () => Date.now(),
  random: () => Math.random(),
};

export const STREAM_PATH = underBase('/api/v1/projects/default/stream');
/** A tab holds this lock for as long as it lives: whoever gets it knows that the tab is gone. */
export const tabLock = (tab: string): string => `galley-tab-${tab}`;
