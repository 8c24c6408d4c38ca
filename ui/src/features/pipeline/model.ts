// What the pages compute of runs, graphs and logs. Pure.
import type { StatusKind } from '../../kit/status';
import { statusOf } from '../../kit/status';
import type { Graph, GraphNode, Job, JobState, Run } from './api';

export function kindOf(state: string): StatusKind {
  return state === 'refused' ? 'firing' : statusOf(state);
}

/** The job to look at first: what failed first, else what runs, else what waits, else the last one. */
export function firstToSee(run: Run): string {
  const failed = run.jobs
    .filter((job) => job.state === 'failed' || job.state === 'refused')
    .sort((a, b) => (a.ended_ms || Infinity) - (b.ended_ms || Infinity))[0];
  const named =
    failed ??
    run.jobs.find((job) => job.state === 'running') ??
    (run.state === 'succeeded' ? undefined : run.jobs.find((job) => job.state === 'waiting'));
  return (named ?? [...run.jobs].reverse().find((job) => job.attempts.length > 0) ?? run.jobs[0])?.name ?? '';
}

export function tookMs(job: { started_ms?: number; ended_ms?: number; state: string }, now: number): number | null {
  if (!job.started_ms) return null;
  if (job.state === 'running' || job.state === 'waiting') return Math.max(0, now - job.started_ms);
  return job.ended_ms ? Math.max(0, job.ended_ms - job.started_ms) : null;
}

export function matches(name: string, stage: string, state: string, filter: { q: string; failed: boolean }): boolean {
  if (filter.failed && !['failed', 'refused', 'cancelled'].includes(state)) return false;
  const q = filter.q.trim().toLowerCase();
  return q === '' || `${name} ${stage} ${state}`.toLowerCase().includes(q);
}

const worst: JobState[] = ['failed', 'refused', 'running', 'waiting', 'cancelled', 'skipped', 'succeeded', 'cached'];

export type Shown = { id: string; members: GraphNode[]; state: string; gate: boolean };

/** The graph with the jobs of each matrix as one node, or as it is. */
export function shownGraph(
  graph: Graph,
  grouped: boolean,
): { nodes: Shown[]; edges: { from: string; to: string }[]; hash: string } {
  if (!grouped) {
    const nodes = graph.nodes.map((node) => ({ id: node.job, members: [node], state: node.state, gate: node.gate }));
    return { nodes, edges: graph.edges, hash: graph.hash };
  }
  const byBase = new Map<string, GraphNode[]>();
  const baseOf = new Map<string, string>();
  for (const node of graph.nodes) {
    byBase.set(node.base, [...(byBase.get(node.base) ?? []), node]);
    baseOf.set(node.job, node.base);
  }
  const nodes = [...byBase.entries()].map(([id, members]) => ({
    id,
    members,
    gate: members.every((node) => node.gate),
    state: worst.find((state) => members.some((node) => node.state === state)) ?? 'waiting',
  }));
  const seen = new Set<string>();
  const edges = graph.edges
    .map((edge) => ({ from: baseOf.get(edge.from) ?? '', to: baseOf.get(edge.to) ?? '' }))
    .filter(
      (edge) => edge.from !== edge.to && !seen.has(`${edge.from}\n${edge.to}`) && seen.add(`${edge.from}\n${edge.to}`),
    );
  return { nodes, edges, hash: `${graph.hash} grouped` };
}

export const groupedAbove = 150; // Jobs: more open grouped.

export type Segment = { kind: 'wait' | 'run' | 'failed' | 'pause'; from: number; to: number; attempt?: number };
export type Bar = { job: string; state: string; segments: Segment[] };

/** Each job's times: it could have begun and waited, its attempts, the pauses before further ones. */
export function bars(run: Run, graph: Graph, now: number): Bar[] {
  const byName = new Map(run.jobs.map((job) => [job.name, job]));
  return run.jobs.map((job) => {
    const needs = graph.edges.filter((edge) => edge.to === job.name).map((edge) => byName.get(edge.from));
    const ready = needs.reduce((at, need) => Math.max(at, need?.ended_ms ?? 0), run.created_ms);
    return { job: job.name, state: job.state, segments: segmentsOf(job, ready, now) };
  });
}

function segmentsOf(job: Job, ready: number, now: number): Segment[] {
  const segments: Segment[] = [];
  let at = ready;
  for (const attempt of job.attempts) {
    const from = Math.max(attempt.started_ms, at);
    if (from > at) segments.push({ kind: attempt.number === 1 ? 'wait' : 'pause', from: at, to: from });
    const to = attempt.ended_ms > 0 ? attempt.ended_ms : now;
    const ended_badly = attempt.ending !== '' && attempt.ending !== 'succeeded';
    segments.push({ kind: ended_badly ? 'failed' : 'run', from, to: Math.max(to, from), attempt: attempt.number });
    at = Math.max(to, from);
  }
  if (job.state === 'waiting' && now > at && ready > 0 && job.attempts.length > 0)
    segments.push({ kind: 'pause', from: at, to: now });
  return segments;
}

/** A digest short, a parameter as it is. */
export function shortValue(value: string): string {
  return value.replace(/\b[0-9a-f]{32,64}\b/g, (hex) => hex.slice(0, 8));
}
