import { describe, expect, it } from 'vitest';
import type { Attempt, Graph, GraphNode, Job, Run } from './api';
import { append, clean, linesOf, nextOf, prepend } from '../../kit/log/window';
import { bars, firstToSee, matches, shortValue, shownGraph, tookMs } from './model';

const attempt = (number: number, started_ms: number, ended_ms: number, ending: string): Attempt => ({
  number,
  ending,
  reason: '',
  exit_code: 0,
  started_ms,
  ended_ms,
  cpu_ms: 0,
  peak_memory_bytes: 0,
});
const job = (name: string, more: Partial<Job>): Job => ({
  id: '',
  name,
  stage: 's',
  state: 'succeeded',
  reason: '',
  explanation: '',
  metrics: [],
  attempts: [],
  depends_on: [],
  started_ms: 0,
  ended_ms: 0,
  ...more,
});
const run = (jobs: Job[], more: Partial<Run> = {}): Run => ({
  run: 1,
  id: '',
  pipeline: 'p',
  folder: '',
  state: 'failed',
  trigger: 'manual',
  event: '',
  commit: '',
  commit_has_changes: false,
  actor: '',
  force: false,
  from: '',
  created_ms: 100,
  ended_ms: 0,
  jobs,
  ...more,
});
const node = (name: string, base: string, state: GraphNode['state']): GraphNode => ({
  job: name,
  stage: 's',
  base,
  id: '',
  gate: false,
  state,
  verdict: '',
  attempts: 0,
});

describe('a run', () => {
  it('is opened where it failed first', () => {
    const jobs = [
      job('a', {}),
      job('late', { state: 'failed', ended_ms: 9 }),
      job('early', { state: 'failed', ended_ms: 5 }),
    ];
    expect(firstToSee(run(jobs))).toBe('early');
    expect(firstToSee(run([job('a', {}), job('b', { state: 'running' })], { state: 'running' }))).toBe('b');
    expect(
      firstToSee(
        run([job('a', { attempts: [attempt(1, 1, 2, 'succeeded')] }), job('b', { state: 'cached' })], {
          state: 'succeeded',
        }),
      ),
    ).toBe('a');
    expect(firstToSee(run([]))).toBe('');
  });
  it('has times that wait, run, fail and pause', () => {
    const jobs = [
      job('prep', { started_ms: 110, ended_ms: 200, attempts: [attempt(1, 110, 200, 'succeeded')] }),
      job('train', {
        started_ms: 250,
        ended_ms: 400,
        attempts: [attempt(1, 250, 300, 'failed'), attempt(2, 350, 400, 'succeeded')],
      }),
    ];
    const graph: Graph = {
      run: 1,
      pipeline: 'p',
      state: 'failed',
      nodes: [],
      edges: [{ from: 'prep', to: 'train' }],
      edges_left_out: 0,
      critical: [],
      critical_ms: 0,
      hash: 'h',
    };
    expect(bars(run(jobs), graph, 1000)[1]?.segments).toEqual([
      { kind: 'wait', from: 200, to: 250 },
      { kind: 'failed', from: 250, to: 300, attempt: 1 },
      { kind: 'pause', from: 300, to: 350 },
      { kind: 'run', from: 350, to: 400, attempt: 2 },
    ]);
    const running = run([job('x', { state: 'running', started_ms: 100, attempts: [attempt(1, 100, 0, '')] })]);
    expect(bars(running, graph, 1000)[0]?.segments).toEqual([{ kind: 'run', from: 100, to: 1000, attempt: 1 }]);
    expect(tookMs({ started_ms: 100, state: 'running' }, 1000)).toBe(900);
    expect(tookMs({ state: 'cached' }, 1000)).toBeNull();
  });
  it('is filtered by words and by failures', () => {
    expect(matches('train[xgboost]', 'train', 'failed', { q: 'XGB', failed: true })).toBe(true);
    expect(matches('train[xgboost]', 'train', 'succeeded', { q: '', failed: true })).toBe(false);
    expect(matches('prep', 'data_prep', 'cached', { q: 'cached', failed: false })).toBe(true);
  });
});

describe('a graph', () => {
  const graph: Graph = {
    run: 1,
    pipeline: 'p',
    state: 'failed',
    edges_left_out: 0,
    critical: [],
    critical_ms: 0,
    hash: 'h',
    nodes: [node('prep', 'prep', 'cached'), node('t[1]', 't', 'succeeded'), node('t[2]', 't', 'failed')],
    edges: [
      { from: 'prep', to: 't[1]' },
      { from: 'prep', to: 't[2]' },
    ],
  };
  it('joins the jobs of a matrix, worst state first', () => {
    const shown = shownGraph(graph, true);
    expect(shown.nodes.map((one) => [one.id, one.state, one.members.length])).toEqual([
      ['prep', 'cached', 1],
      ['t', 'failed', 2],
    ]);
    expect(shown.edges).toEqual([{ from: 'prep', to: 't' }]);
    expect(shown.hash).not.toBe(shownGraph(graph, false).hash);
    expect(shownGraph(graph, false).nodes).toHaveLength(3);
  });
});

describe('a log', () => {
  it('has lines with their places in bytes', () => {
    expect(linesOf('ä\nb\n', 10)).toEqual([
      { offset: 10, text: 'ä' },
      { offset: 13, text: 'b' },
    ]);
    expect(linesOf('rest\nb\nc', 10, true)).toEqual([
      { offset: 15, text: 'b' },
      { offset: 17, text: 'c' },
    ]);
    expect(linesOf('', 0)).toEqual([]);
  });
  it('goes on at both ends', () => {
    const window = { start: 10, end: 13, size: 13, lines: [{ offset: 10, text: 'ab' }] };
    expect(append(window, 'cd\n', 16, 16, true).lines.map((line) => line.text)).toEqual(['ab', 'cd']);
    const joined = append({ ...window, end: 12 }, 'c\nd\n', 16, 16, false);
    expect(joined.lines).toEqual([
      { offset: 10, text: 'abc' },
      { offset: 14, text: 'd' },
    ]);
    const before = prepend(window, 'x\nyz\n', 5);
    expect(before.lines.map((line) => line.text)).toEqual(['yz', 'ab']);
    expect(before.start).toBe(7);
    expect(prepend(window, 'first\nyz\n', 0).start).toBe(0);
  });
  it('is shown without what terminals do', () => {
    expect(clean('\u001b[31mred\u001b[0m\r')).toBe('red');
    expect(clean('10 %\r50 %\r100 %')).toBe('100 %');
  });
  it('goes from error to error', () => {
    expect(nextOf([5, 20], null, 1)).toBe(5);
    expect(nextOf([5, 20], 5, 1)).toBe(20);
    expect(nextOf([5, 20], 20, 1)).toBe(5);
    expect(nextOf([5, 20], 20, -1)).toBe(5);
    expect(nextOf([], 20, -1)).toBeNull();
  });
  it('shortens digests alone', () => {
    expect(shortValue(`@3 ${'a1'.repeat(32)}`)).toBe('@3 a1a1a1a1');
    expect(shortValue('0.05')).toBe('0.05');
  });
});
