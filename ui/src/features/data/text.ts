import { makeText } from '../../kit/text';
import { en } from './text.en';
import { zh } from './text.zh';

export const useT = makeText(en, zh);
export type T = ReturnType<typeof useT>;

const answered = ['table', 'files', 'job', 'run', 'model', 'monitor', 'passed', 'failed', 'skipped'] as const;

/** A kind or an outcome of an answer; one that is not known is said as it is. */
export function wordOf(t: T, word: string): string {
  const known = answered.find((one) => one === word);
  return known === undefined ? word : t(known);
}
