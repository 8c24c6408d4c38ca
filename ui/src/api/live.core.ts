// What a tab wants of the stream and makes of what comes, without a browser.
import { TopicCounts, touchesAny, type Down, type HubState, type Up } from './stream.core';

const LINGER_MS = 5_000; // A topic that a page leaves and the next one wants again is not given up in between.
const HIDDEN_MS = 60_000;
const STALE_MS = 10_000;

export type StreamState = { state: 'live' | 'reconnecting' | 'stale' | 'paused'; sinceMs: number };

export class Live {
  state: StreamState = { state: 'live', sinceMs: Date.now() };

  private readonly line: { say(message: Up): void };
  private readonly counts = new TopicCounts();
  private readonly changeHearers = new Set<(topics: string[] | null) => void>();
  private readonly unwatchedHearers = new Set<(topics: string[]) => void>();
  private readonly stateHearers = new Set<() => void>();
  private hub: HubState = { state: 'idle', sinceMs: Date.now() };
  private said = '';
  private isSaying = false;
  private isAway = false; // Hidden for long, or left: nothing is subscribed.
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private staling: ReturnType<typeof setTimeout> | undefined;
  private pausedMs = 0; // Since when; 0: not.
  private held: Set<string> | null = new Set(); // What changed while paused; null: all may have.

  constructor(open: (hear: (message: Down) => void) => { say(message: Up): void }) {
    this.line = open((message) => this.hear(message));
  }

  onChange(run: (topics: string[] | null) => void): () => void {
    this.changeHearers.add(run);
    return () => this.changeHearers.delete(run);
  }
  onUnwatched(run: (topics: string[]) => void): () => void {
    this.unwatchedHearers.add(run);
    return () => this.unwatchedHearers.delete(run);
  }
  onState(run: () => void): () => void {
    this.stateHearers.add(run);
    return () => this.stateHearers.delete(run);
  }

  /** Returns what ends it. */
  watch(topics: string[]): () => void {
    this.counts.add(topics);
    this.say();
    let isWatching = true;
    return () => {
      if (!isWatching) return;
      isWatching = false;
      setTimeout(() => {
        const gone = this.counts.remove(topics);
        if (gone.length === 0) return;
        for (const run of this.unwatchedHearers) run(gone);
        this.say();
      }, LINGER_MS);
    };
  }

  setHidden(isHidden: boolean): void {
    clearTimeout(this.hiding);
    if (isHidden) this.hiding = setTimeout(() => this.goAway(), HIDDEN_MS);
    else this.comeBack();
  }

  leave(): void {
    this.isAway = true;
    this.said = '';
    this.line.say({ kind: 'bye' });
  }

  /** What was missed meanwhile nobody knows. */
  comeBack(): void {
    if (!this.isAway) return;
    this.isAway = false;
    this.say();
    this.change(null);
  }

  toggle(): void {
    if (this.pausedMs === 0) {
      this.pausedMs = Date.now();
      this.held = new Set();
    } else {
      this.pausedMs = 0;
      const held = this.held;
      this.held = new Set();
      if (held === null) this.change(null);
      else if (held.size > 0) this.change([...held]);
    }
    this.show();
  }

  private goAway(): void {
    this.isAway = true;
    this.say();
  }

  /** Tells the stream which topics are wanted, once for all that a page mounts. */
  private say(): void {
    if (this.isSaying) return;
    this.isSaying = true;
    queueMicrotask(() => {
      this.isSaying = false;
      const topics = this.isAway ? [] : this.counts.all().sort();
      if (topics.join('\n') === this.said) return;
      this.said = topics.join('\n');
      this.line.say({ kind: 'topics', topics });
    });
  }

  private hear(message: Down): void {
    if (message.kind === 'state') {
      this.hub = message.state;
      this.show();
    } else {
      this.change(message.kind === 'reset' ? null : message.topics);
    }
  }

  private change(topics: string[] | null): void {
    if (this.pausedMs !== 0) {
      if (topics === null) this.held = null;
      else for (const topic of topics) this.held?.add(topic);
      return;
    }
    for (const run of this.changeHearers) run(topics);
  }

  private show(): void {
    clearTimeout(this.staling);
    let next: StreamState;
    if (this.pausedMs !== 0) {
      next = { state: 'paused', sinceMs: this.pausedMs };
    } else if (this.hub.state !== 'reconnecting') {
      next = { state: 'live', sinceMs: this.hub.sinceMs };
    } else {
      const leftMs = this.hub.sinceMs + STALE_MS - Date.now();
      next = { state: leftMs > 0 ? 'reconnecting' : 'stale', sinceMs: this.hub.sinceMs };
      if (leftMs > 0) this.staling = setTimeout(() => this.show(), leftMs);
    }
    if (next.state === this.state.state && next.sinceMs === this.state.sinceMs) return;
    this.state = next;
    for (const run of this.stateHearers) run();
  }
}

/** The part of a query that concerns changes. */
export type Kept = { hash: string; topics: readonly string[]; isFetching: boolean };

/** Decides which answers are asked for again. One that is being asked for is asked for once more when it is there: what is
 * under way may have been read before the change. */
export class Refreshes {
  private readonly again = new Set<string>();

  /** Those that are to be asked for now. */
  changed(topics: string[] | null, kept: readonly Kept[]): string[] {
    const concerned = kept.filter(
      (one) => one.topics.length > 0 && (topics === null || touchesAny(topics, one.topics)),
    );
    for (const one of concerned) if (one.isFetching) this.again.add(one.hash);
    return concerned.filter((one) => !one.isFetching).map((one) => one.hash);
  }

  /** Whether one whose answer has come is to be asked for once more. */
  ended(hash: string): boolean {
    return this.again.delete(hash);
  }
}
