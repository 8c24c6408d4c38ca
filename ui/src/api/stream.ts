// A tab's end of the browser's event stream: a shared worker has it; without one the tab that holds a lock, which
// tells the others; without locks each tab for itself.
import { base } from './base';
import { Hub, type Down, type Up } from './stream.core';
import { outside, STREAM_PATH, tabLock } from './stream.outside';

/** Says what this tab wants; `hear` gets what comes. */
export type Line = { say(message: Up): void };

const tab = crypto.getRandomValues(new Uint32Array(4)).join('-');

function throughWorker(hear: (message: Down) => void): Line {
  const worker = new SharedWorker(new URL('./stream.worker.ts', import.meta.url), {
    type: 'module',
    name: 'galley-stream',
  });
  worker.port.onmessage = ({ data }: MessageEvent<Down>) => hear(data);
  return { say: (message) => worker.port.postMessage({ ...message, tab }) };
}

type Between =
  | { to: 'leader'; from: string; message: Up }
  | { to: 'tabs' } // There is a new leader: say what you want.
  | { to: 'tab'; tab: string; message: Down };

function throughLeader(hear: (message: Down) => void): Line {
  const channel = new BroadcastChannel(`galley-stream${base}`);
  let hub: Hub | null = null;
  let wanted: string[] = [];
  const watched = new Set<string>();
  let lastId = ''; // The leader's, for whoever follows it.
  const take = (message: Down) => {
    if (message.kind === 'state') lastId = message.lastId;
    hear(message);
  };
  const post = (message: Between) => channel.postMessage(message);
  channel.onmessage = ({ data }: MessageEvent<Between>) => {
    if (data.to === 'tab' && data.tab === tab) take(data.message);
    if (data.to === 'tabs') post({ to: 'leader', from: tab, message: { kind: 'topics', topics: wanted } });
    if (data.to !== 'leader' || !hub) return;
    const { from, message } = data;
    if (message.kind === 'bye') hub.drop(from);
    else hub.take(from, message.topics, (down) => post({ to: 'tab', tab: from, message: down }));
    if (watched.has(from)) return;
    watched.add(from);
    // A tab that crashed says no bye.
    void navigator.locks.request(tabLock(from), () => {
      watched.delete(from);
      hub?.drop(from);
    });
  };
  void navigator.locks
    .request(
      `galley-stream-leader${base}`,
      () =>
        new Promise<void>(() => {
          hub = new Hub(STREAM_PATH, outside, lastId);
          window.addEventListener('online', () => hub?.retry());
          hub.take(tab, wanted, take);
          post({ to: 'tabs' });
        }),
    )
    .catch(() => undefined);
  return {
    say: (message) => {
      wanted = message.kind === 'topics' ? message.topics : [];
      if (!hub) post({ to: 'leader', from: tab, message });
      else if (message.kind === 'bye') hub.drop(tab);
      else hub.take(tab, message.topics, take);
    },
  };
}

function alone(hear: (message: Down) => void): Line {
  const hub = new Hub(STREAM_PATH, outside);
  window.addEventListener('online', () => hub.retry());
  return {
    say: (message) => (message.kind === 'bye' ? hub.drop(tab) : hub.take(tab, message.topics, hear)),
  };
}

export function openLine(hear: (message: Down) => void): Line {
  // Held until the tab is gone.
  if (navigator.locks)
    void navigator.locks.request(tabLock(tab), () => new Promise<void>(() => undefined)).catch(() => undefined);
  if (typeof SharedWorker !== 'undefined') {
    try {
      return throughWorker(hear);
    } catch {
      // Forbidden here, as in some private windows.
    }
  }
  if (typeof navigator.locks !== 'undefined' && typeof BroadcastChannel !== 'undefined') return throughLeader(hear);
  return alone(hear);
}
