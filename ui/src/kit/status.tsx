// A state is a shape, a word and a colour, the same everywhere.
import { makeText } from './text';

export type StatusKind =
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cached'
  | 'paused'
  | 'inconclusive'
  | 'no_data'
  | 'aborted'
  | 'warning'
  | 'firing'
  | 'unknown';

const shapes: Record<StatusKind, string> = {
  queued: '○',
  running: '◔',
  succeeded: '✓',
  failed: '✕',
  cached: '⤓',
  paused: '‖',
  inconclusive: '≈',
  no_data: '∅',
  aborted: '⊘',
  warning: '△',
  firing: '▲',
  unknown: '?',
};

const useT = makeText(
  {
    queued: 'queued',
    running: 'running',
    succeeded: 'succeeded',
    failed: 'failed',
    cached: 'cached',
    paused: 'paused',
    inconclusive: 'inconclusive',
    no_data: 'no data',
    aborted: 'aborted',
    warning: 'warning',
    firing: 'firing',
    unknown: 'unknown',
  },
  {
    queued: '排队中',
    running: '运行中',
    succeeded: '成功',
    failed: '失败',
    cached: '已缓存',
    paused: '已暂停',
    inconclusive: '尚无定论',
    no_data: '无数据',
    aborted: '已中止',
    warning: '警告',
    firing: '告警中',
    unknown: '未知',
  },
);

export function statusShape(kind: StatusKind): string {
  return shapes[kind];
}

/** `children` replaces the word, for states that have a name of their own. */
export function Status({ kind, children, quiet }: { kind: StatusKind; children?: React.ReactNode; quiet?: boolean }) {
  const t = useT();
  const word = children ?? t(kind);
  return (
    <span className={`status status-${kind}`}>
      <span className="status-shape" aria-hidden="true">
        {shapes[kind]}
      </span>
      {quiet ? <span className="sr-only">{word}</span> : <span>{word}</span>}
    </span>
  );
}

/** For the API's words of runs, jobs, endpoints, rollouts, alerts. */
export function statusOf(word: string): StatusKind {
  const kinds: Record<string, StatusKind> = {
    finished: 'succeeded',
    succeeded: 'succeeded',
    ready: 'succeeded',
    done: 'succeeded',
    promoted: 'succeeded',
    healthy: 'succeeded',
    pass: 'succeeded',
    good: 'succeeded',
    resolved: 'succeeded',
    closed: 'succeeded',
    running: 'running',
    loading: 'running',
    active: 'running',
    progressing: 'running',
    now: 'running',
    scheduled: 'queued',
    waiting: 'queued',
    queued: 'queued',
    pending: 'queued',
    next: 'queued',
    inactive: 'queued',
    failed: 'failed',
    fail: 'failed',
    error: 'failed',
    bad: 'failed',
    refused: 'failed',
    degraded: 'failed',
    killed: 'aborted',
    cancelled: 'aborted',
    aborted: 'aborted',
    rolled_back: 'aborted',
    skipped: 'aborted',
    cached: 'cached',
    paused: 'paused',
    inconclusive: 'inconclusive',
    no_data: 'no_data',
    'no data': 'no_data',
    empty: 'no_data',
    warn: 'warning',
    warning: 'warning',
    warned: 'warning',
    firing: 'firing',
    open: 'firing',
  };
  return kinds[word] ?? 'unknown';
}
