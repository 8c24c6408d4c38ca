import { expect, test } from 'vitest';
import {
  backoffMs,
  fitting,
  Hub,
  inUrl,
  TopicCounts,
  touches,
  type Down,
  type Outside,
  type SourceEvents,
} from './stream.core';

/** A server and a clock that do what a test says. */
class Stage {
  now = 1000;
  urls: string[] = [];
  posts: { url: string; topics: string[] }[] = [];
  status = 200;
  events: SourceEvents | null = null;
  closed = 0;
  private timers: { at: number; run: () => void }[] = [];

  readonly outside: Outside = {
    open: (url, events) => {
      this.urls.push(url);
      this.events = events;
      return {
        close: () => {
          this.closed += 1;
          this.events = null;
        },
      };
    },
    post: (url, body) => {
      this.posts.push({ url, topics: body.topics });
      return Promise.resolve(this.status);
    },
    after: (ms, run) => {
      const timer = { at: this.now + ms, run };
      this.timers.push(timer);
      return () => {
        this.timers = this.timers.filter((one) => one !== timer);
      };
    },
    now: () => this.now,
    random: () => 1,
  };

  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      const [next] = this.timers.filter((one) => one.at <= end).sort((left, right) => left.at - right.at);
      if (!next) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.now = next.at;
      next.run();
      await Promise.resolve();
    }
    this.now = end;
    await Promise.resolve();
  }
}

function start(...tabs: string[][]) {
  const stage = new Stage();
  const hub = new Hub('/s', stage.outside);
  const heard: Down[][] = tabs.map(() => []);
  tabs.forEach((topics, at) => hub.take(`tab${at}`, topics, (message) => heard[at]?.push(message)));
  const changes = (at: number) => (heard[at] ?? []).filter((message) => message.kind !== 'state');
  const states = (at: number) =>
    (heard[at] ?? []).flatMap((message) => (message.kind === 'state' ? [message.state.state] : []));
  return { stage, hub, changes, states };
}

test('a change of a noun touches all of its topics, in both directions', () => {
  expect(touches('run/a', 'run/a')).toBe(true);
  expect(touches('run/a', 'run/b')).toBe(false);
  expect(touches('run/*', 'run/b')).toBe(true);
  expect(touches('run/a', 'run/*')).toBe(true);
  expect(touches('rollout/1', 'run/*')).toBe(false);
  expect(touches('home', 'home')).toBe(true);
});

test('topics are counted: the first wants it, the last gives it up', () => {
  const counts = new TopicCounts();
  expect(counts.add(['a', 'b'])).toEqual(['a', 'b']);
  expect(counts.add(['b', 'c'])).toEqual(['c']);
  expect(counts.remove(['a', 'b'])).toEqual(['a']);
  expect(counts.all().sort()).toEqual(['b', 'c']);
  expect(counts.remove(['b', 'c'])).toEqual(['b', 'c']);
  expect(counts.remove(['c'])).toEqual([]);
});

test('too many topics become all of the noun that has most', () => {
  const runs = Array.from({ length: 300 }, (_, at) => `run/${at}`);
  expect(fitting(['home', 'rollout/1', ...runs])).toEqual(['home', 'rollout/1', 'run/*']);
  expect(fitting(['b/1', 'a/1', 'b/1'])).toEqual(['a/1', 'b/1']);
});

test('what does not go into a URL is posted', () => {
  expect(inUrl(['model/a b', 'home'])).toBe('model%2Fa%20b%2Chome');
  expect(inUrl(['model/a,b'])).toBeNull();
  expect(inUrl(Array.from({ length: 200 }, (_, at) => `run/${'x'.repeat(30)}${at}`))).toBeNull();
});

test('waits double up to a bound and are spread', () => {
  expect([0, 1, 2, 3].map((attempt) => backoffMs(attempt, 1))).toEqual([500, 1000, 2000, 4000]);
  expect(backoffMs(40, 1)).toBe(15_000);
  expect(backoffMs(2, 0)).toBe(1000);
});

test('all tabs share one stream, each hears its own', async () => {
  const { stage, changes, states } = start(['run/a', 'home'], ['run/b', 'home']);
  await stage.pass(20);
  expect(stage.urls).toEqual(['/s?topics=home%2Crun%2Fa%2Crun%2Fb']);
  stage.events?.hello('s1', '5');
  stage.events?.change(['home', 'run/b'], '6');
  expect(changes(0)).toEqual([{ kind: 'changed', topics: ['home'] }]);
  expect(changes(1)).toEqual([{ kind: 'changed', topics: ['home', 'run/b'] }]);
  expect(states(0)).toEqual(['idle', 'live']);
});

test('other topics are posted once for all that changes at once', async () => {
  const { stage, hub } = start(['run/a']);
  await stage.pass(20);
  stage.events?.hello('s1', '5');
  hub.take('tab0', ['run/b'], () => undefined);
  hub.take('tab1', ['run/c'], () => undefined);
  await stage.pass(20);
  expect(stage.posts).toEqual([{ url: '/s/s1/topics', topics: ['run/b', 'run/c'] }]);
  hub.drop('tab1');
  await stage.pass(20);
  expect(stage.posts.at(-1)?.topics).toEqual(['run/b']);
});

test('a lost stream is opened again later and later, with the last id', async () => {
  const { stage, states } = start(['run/a']);
  await stage.pass(20);
  stage.events?.hello('s1', '5');
  stage.events?.change(['run/a'], '9');
  stage.events?.error();
  expect(stage.urls).toHaveLength(1);
  await stage.pass(499);
  expect(stage.urls).toHaveLength(1);
  await stage.pass(1);
  expect(stage.urls.at(-1)).toBe('/s?topics=run%2Fa&last_event_id=9');
  stage.events?.error();
  await stage.pass(999);
  expect(stage.urls).toHaveLength(2);
  await stage.pass(1);
  expect(stage.urls).toHaveLength(3);
  stage.events?.hello('s2', '12');
  expect(states(0)).toEqual(['idle', 'live', 'reconnecting', 'reconnecting', 'live']);
  stage.events?.error();
  await stage.pass(500);
  expect(stage.urls.at(-1)).toBe('/s?topics=run%2Fa&last_event_id=12');
});

test('a stream that has forgotten us is begun anew', async () => {
  const { stage, hub } = start(['run/a']);
  await stage.pass(20);
  stage.events?.hello('s1', '5');
  stage.status = 404;
  hub.take('tab0', ['run/b'], () => undefined);
  await stage.pass(20 + 500);
  expect(stage.urls.at(-1)).toBe('/s?topics=run%2Fb&last_event_id=5');
});

test('a reset reaches every tab; so does a resumption whose topics were not asked', async () => {
  const many = Array.from({ length: 200 }, (_, at) => `run/${'x'.repeat(30)}${at}`);
  const { stage, changes } = start(many);
  await stage.pass(20);
  expect(stage.urls).toEqual(['/s?']);
  stage.events?.hello('s1', '5');
  await stage.pass(20);
  expect(stage.posts.at(-1)?.topics).toHaveLength(200);
  expect(changes(0)).toEqual([]);
  stage.events?.reset('7');
  expect(changes(0)).toEqual([{ kind: 'reset' }]);
  stage.events?.error();
  await stage.pass(500);
  expect(stage.urls.at(-1)).toBe('/s?last_event_id=7');
  stage.events?.hello('s2', '8');
  expect(changes(0)).toEqual([{ kind: 'reset' }, { kind: 'reset' }]);
});

test('a stream that nobody wants ends after a while, and then forgets where it was', async () => {
  const { stage, hub } = start(['run/a']);
  await stage.pass(20);
  stage.events?.hello('s1', '5');
  hub.drop('tab0');
  await stage.pass(4000);
  expect(stage.closed).toBe(0);
  await stage.pass(1100);
  expect(stage.closed).toBe(1);
  hub.take('tab1', ['home'], () => undefined);
  await stage.pass(20);
  expect(stage.urls.at(-1)).toBe('/s?topics=home');
});
