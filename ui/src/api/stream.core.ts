// What the browser's one event stream does, without a browser: topics of all tabs, reconnecting, resuming
// (docs/formats/stream.md). Runs in the shared worker, or in the tab that leads.

export const TOPICS_MAX = 256; // Of one stream; as the server has it.
const URL_TOPICS_MAX = 4000; // Bytes; the server reads a target of 8 KiB.
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 15_000;
const SEND_AFTER_MS = 20;
const CLOSE_AFTER_MS = 5_000;

export type HubState = { state: 'live' | 'reconnecting' | 'idle'; sinceMs: number };
/** From the stream to a tab. */
export type Down =
  { kind: 'changed'; topics: string[] } | { kind: 'reset' } | { kind: 'state'; state: HubState; lastId: string };
/** From a tab to the stream. */
export type Up = { kind: 'topics'; topics: string[] } | { kind: 'bye' };

export type Source = { close(): void };
export type SourceEvents = {
  hello(stream: string, id: string): void;
  change(topics: string[], id: string): void;
  reset(id: string): void;
  error(): void;
};
/** What a browser gives. */
export type Outside = {
  open(url: string, events: SourceEvents): Source;
  post(url: string, body: { topics: string[] }): Promise<number>; // The status; 0: not reached.
  after(ms: number, run: () => void): () => void; // Returns what takes it back.
  now(): number;
  random(): number;
};

const nounOf = (topic: string): string => topic.split('/', 1)[0] ?? '';

/** Whether a change of `changed`, which may be all of a noun, is one of `topic`. */
export function touches(changed: string, topic: string): boolean {
  return (
    changed === topic ||
    (changed.endsWith('/*') && nounOf(changed) === nounOf(topic)) ||
    (topic.endsWith('/*') && nounOf(changed) === nounOf(topic))
  );
}

export function touchesAny(changed: readonly string[], topics: readonly string[]): boolean {
  return changed.some((one) => topics.some((topic) => touches(one, topic)));
}

/** Sorted, and few enough: the noun with the most names gives way to all of it. */
export function fitting(topics: Iterable<string>, max = TOPICS_MAX): string[] {
  let all = [...new Set(topics)];
  while (all.length > max) {
    const counts = new Map<string, number>();
    for (const topic of all) counts.set(nounOf(topic), (counts.get(nounOf(topic)) ?? 0) + 1);
    const [most] = [...counts].reduce((left, right) => (right[1] > left[1] ? right : left));
    all = [...all.filter((topic) => nounOf(topic) !== most), `${most}/*`];
  }
  return all.sort();
}

/** The topics as a query's value, or null if they have to be posted. */
export function inUrl(topics: readonly string[]): string | null {
  if (topics.some((topic) => topic.includes(','))) return null;
  const text = encodeURIComponent(topics.join(','));
  return text.length > URL_TOPICS_MAX ? null : text;
}

/** How long to wait before try `attempt` (from 0): doubled each time, and spread, so that tabs of many people do not come at once. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 20), BACKOFF_MAX_MS);
  return Math.round(full * (0.5 + random / 2));
}

/** How many want which topic. */
export class TopicCounts {
  private readonly counts = new Map<string, number>();

  /** Returns those that nobody wanted before. */
  add(topics: readonly string[]): string[] {
    return topics.filter((topic) => {
      const count = this.counts.get(topic) ?? 0;
      this.counts.set(topic, count + 1);
      return count === 0;
    });
  }
  /** Returns those that nobody wants any more. */
  remove(topics: readonly string[]): string[] {
    return topics.filter((topic) => {
      const count = this.counts.get(topic) ?? 0;
      if (count > 1) this.counts.set(topic, count - 1);
      else this.counts.delete(topic);
      return count === 1;
    });
  }
  all(): string[] {
    return [...this.counts.keys()];
  }
}

/** The stream of a browser: one connection for the topics of all tabs. */
export class Hub {
  private readonly tabs = new Map<string, { topics: string[]; send: (message: Down) => void }>();
  private source: Source | null = null;
  private stream = ''; // The server's name of the connection, once it has said hello.
  private told: string[] = []; // The topics that the server knows.
  private attempt = 0;
  private sending: (() => void) | null = null;
  private waiting: (() => void) | null = null;
  private closing: (() => void) | null = null;
  private state: HubState;

  constructor(
    private readonly base: string,
    private readonly outside: Outside,
    private lastId = '',
  ) {
    this.state = { state: 'idle', sinceMs: outside.now() };
  }

  /** A tab is there, or wants other topics. */
  take(tab: string, topics: string[], send: (message: Down) => void): void {
    const isNew = !this.tabs.has(tab);
    this.tabs.set(tab, { topics, send });
    if (isNew) send({ kind: 'state', state: this.state, lastId: this.lastId });
    this.plan();
  }

  drop(tab: string): void {
    if (this.tabs.delete(tab)) this.plan();
  }

  /** The network is back: no reason to wait. */
  retry(): void {
    if (!this.waiting) return;
    this.waiting();
    this.waiting = null;
    this.connect();
  }

  private wanted(): string[] {
    return fitting([...this.tabs.values()].flatMap((tab) => tab.topics));
  }

  private plan(): void {
    this.sending ??= this.outside.after(SEND_AFTER_MS, () => {
      this.sending = null;
      this.settle();
    });
  }

  /** Makes the connection, its topics or its end what the tabs want. */
  private settle(): void {
    const wanted = this.wanted();
    if (wanted.length === 0) {
      this.closing ??= this.outside.after(CLOSE_AFTER_MS, () => {
        this.closing = null;
        if (this.wanted().length === 0) this.close();
      });
      return;
    }
    this.closing?.();
    this.closing = null;
    if (!this.source && !this.waiting) this.connect();
    else if (this.stream !== '') void this.tell(wanted);
  }

  private close(): void {
    this.source?.close();
    this.waiting?.();
    this.source = null;
    this.waiting = null;
    this.stream = '';
    this.attempt = 0;
    this.lastId = ''; // Whoever comes back asks for everything anew.
    this.become('idle');
  }

  private connect(): void {
    const topics = this.wanted();
    const text = inUrl(topics);
    const query = [
      text === null ? '' : `topics=${text}`,
      this.lastId === '' ? '' : `last_event_id=${encodeURIComponent(this.lastId)}`,
    ];
    const isResuming = this.lastId !== '';
    this.told = text === null ? [] : topics;
    this.source = this.outside.open(`${this.base}?${query.filter((part) => part !== '').join('&')}`, {
      hello: (stream, id) => {
        this.stream = stream;
        this.lastId = id;
        this.attempt = 0;
        this.become('live');
        if (isResuming && text === null) this.toAll({ kind: 'reset' }); // Nobody has asked what these missed.
        this.plan();
      },
      change: (changed, id) => {
        this.lastId = id;
        this.spread(changed);
      },
      reset: (id) => {
        this.lastId = id === '' ? this.lastId : id;
        this.toAll({ kind: 'reset' });
      },
      error: () => this.lost(),
    });
  }

  private lost(): void {
    this.source?.close();
    this.source = null;
    this.stream = '';
    this.become('reconnecting');
    this.waiting = this.outside.after(backoffMs(this.attempt++, this.outside.random()), () => {
      this.waiting = null;
      if (this.wanted().length > 0) this.connect();
      else this.close();
    });
  }

  private async tell(topics: string[]): Promise<void> {
    if (topics.join('\n') === this.told.join('\n')) return;
    const stream = this.stream;
    this.told = topics;
    const status = await this.outside.post(`${this.base}/${stream}/topics`, { topics });
    // Without its topics a stream is of no use: begin again, and resume.
    if (status !== 200 && this.stream === stream) this.lost();
  }

  private spread(changed: string[]): void {
    for (const tab of this.tabs.values()) {
      const topics = changed.filter((one) => tab.topics.some((topic) => touches(one, topic)));
      if (topics.length > 0) tab.send({ kind: 'changed', topics });
    }
  }

  private toAll(message: Down): void {
    for (const tab of this.tabs.values()) tab.send(message);
  }

  private become(state: HubState['state']): void {
    if (state !== this.state.state) this.state = { state, sinceMs: this.outside.now() };
    this.toAll({ kind: 'state', state: this.state, lastId: this.lastId });
  }
}
