import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Live, Refreshes } from './live.core';
import type { Down, Up } from './stream.core';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

function start() {
  const said: Up[] = [];
  let hear: (message: Down) => void = () => undefined;
  const live = new Live((run) => {
    hear = run;
    return { say: (message) => said.push(message) };
  });
  const changes: (string[] | null)[] = [];
  const unwatched: string[][] = [];
  live.onChange((topics) => changes.push(topics));
  live.onUnwatched((topics) => unwatched.push(topics));
  return { live, said, changes, unwatched, hear: (message: Down) => hear(message) };
}

test('what a page mounts at once is said once, and given up after a while', async () => {
  const { live, said, unwatched } = start();
  const first = live.watch(['run/b', 'home']);
  live.watch(['run/a', 'home']);
  await vi.advanceTimersByTimeAsync(0);
  expect(said).toEqual([{ kind: 'topics', topics: ['home', 'run/a', 'run/b'] }]);
  first();
  first();
  await vi.advanceTimersByTimeAsync(4000);
  expect(said).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(said.at(-1)).toEqual({ kind: 'topics', topics: ['home', 'run/a'] });
  expect(unwatched).toEqual([['run/b']]);
});

test('a hidden tab gives up after a minute and asks for all when it is back', async () => {
  const { live, said, changes } = start();
  live.watch(['home']);
  live.setHidden(true);
  await vi.advanceTimersByTimeAsync(59_000);
  live.setHidden(false);
  expect(changes).toEqual([]);
  live.setHidden(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said.at(-1)).toEqual({ kind: 'topics', topics: [] });
  live.setHidden(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(said.at(-1)).toEqual({ kind: 'topics', topics: ['home'] });
  expect(changes).toEqual([null]);
});

test('paused holds what changes until it goes on', () => {
  const { live, changes, hear } = start();
  live.toggle();
  expect(live.state).toEqual({ state: 'paused', sinceMs: 1_000_000 });
  hear({ kind: 'changed', topics: ['home'] });
  hear({ kind: 'changed', topics: ['home', 'alert'] });
  expect(changes).toEqual([]);
  live.toggle();
  expect(changes).toEqual([['home', 'alert']]);
  expect(live.state.state).toBe('live');
  live.toggle();
  hear({ kind: 'reset' });
  hear({ kind: 'changed', topics: ['home'] });
  live.toggle();
  expect(changes.at(-1)).toBeNull();
});

test('what reconnects for long is stale', async () => {
  const { live, hear } = start();
  hear({ kind: 'state', state: { state: 'reconnecting', sinceMs: 1_000_000 }, lastId: '' });
  expect(live.state.state).toBe('reconnecting');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(live.state).toEqual({ state: 'stale', sinceMs: 1_000_000 });
  hear({ kind: 'state', state: { state: 'live', sinceMs: 1_011_000 }, lastId: '3' });
  expect(live.state).toEqual({ state: 'live', sinceMs: 1_011_000 });
});

test('an answer on its way is asked for once more when it is there', () => {
  const refreshes = new Refreshes();
  const kept = [
    { hash: 'a', topics: ['run/1'], isFetching: false },
    { hash: 'b', topics: ['run/1', 'home'], isFetching: true },
    { hash: 'c', topics: ['run/2'], isFetching: false },
    { hash: 'd', topics: [], isFetching: false },
  ];
  expect(refreshes.changed(['run/1'], kept)).toEqual(['a']);
  expect(refreshes.ended('a')).toBe(false);
  expect(refreshes.ended('b')).toBe(true);
  expect(refreshes.ended('b')).toBe(false);
  expect(refreshes.changed(null, kept)).toEqual(['a', 'c']);
});
