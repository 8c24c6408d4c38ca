// Running a run again: where it can begin, what is sent, what would come of it. Pure.
import type { Expectation, Parameter } from './api';

export type Plan = { from: string; force: boolean; inputs: Record<string, string> };
export type AgainBody = {
  again: number;
  from?: string;
  force?: boolean;
  inputs?: { name: string; value: string }[];
};

/** Jobs where a run can begin, and before the jobs of a matrix its name, which is all of them. */
export function startsOf(names: readonly string[]): { value: string; isMatrix: boolean }[] {
  const seen = new Set<string>();
  return names.flatMap((name) => {
    const base = name.replace(/\[.*$/s, '');
    if (base === name) return [{ value: name, isMatrix: false }];
    const job = { value: name, isMatrix: false };
    if (seen.has(base)) return [job];
    seen.add(base);
    return [{ value: base, isMatrix: true }, job];
  });
}

/** A parameter as people write it: a text without its quotes. */
export function shownValue(value: Parameter['value']): string {
  return typeof value === 'string' ? value : String(value);
}

export function bodyOf(run: number, plan: Plan): AgainBody {
  const inputs = Object.entries(plan.inputs).map(([name, value]) => ({ name, value }));
  return {
    again: run,
    ...(plan.from === '' ? {} : { from: plan.from }),
    ...(plan.force ? { force: true } : {}),
    ...(inputs.length === 0 ? {} : { inputs }),
  };
}

/** With an input changed; one that is as it was is none. */
export function withInput(plan: Plan, name: string, value: string, before: string): Plan {
  const inputs = { ...plan.inputs };
  if (value === before) delete inputs[name];
  else inputs[name] = value;
  return { ...plan, inputs };
}

export const verdicts = ['runs', 'waits', 'cached', 'blocked'] as const;
export type Verdict = (typeof verdicts)[number];

/** The jobs by what would become of them, in the order of `verdicts`; those of which there is none are left out. */
export function byVerdict(jobs: readonly Expectation[]): { verdict: Verdict; jobs: Expectation[] }[] {
  return verdicts
    .map((verdict) => ({ verdict, jobs: jobs.filter((job) => job.verdict === verdict) }))
    .filter((group) => group.jobs.length > 0);
}
