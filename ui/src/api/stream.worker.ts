// The browser's one event stream, in a shared worker: browsers open at most six connections to a host.
import { Hub, type Up } from './stream.core';
import { outside, STREAM_PATH, tabLock } from './stream.outside';

const hub = new Hub(STREAM_PATH, outside);
const scope = self as unknown as SharedWorkerGlobalScope;

scope.addEventListener('online', () => hub.retry());
scope.onconnect = (event) => {
  const port = event.ports[0];
  if (!port) return;
  let isWatched = false;
  port.onmessage = ({ data }: MessageEvent<Up & { tab: string }>) => {
    if (data.kind === 'bye') {
      hub.drop(data.tab);
      return;
    }
    hub.take(data.tab, data.topics, (message) => port.postMessage(message));
    if (isWatched || !scope.navigator.locks) return;
    isWatched = true;
    // A tab that crashed says no bye.
    void scope.navigator.locks.request(tabLock(data.tab), () => hub.drop(data.tab));
  };
};
