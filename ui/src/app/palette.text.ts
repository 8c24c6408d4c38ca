// What is typed into the palette, without a browser: which kind of things it asks for, and which of them fit.
import { nameInFilter, quoteText } from '../kit/filtertext';
import type { Schemas } from '../api/schema';

export type Mode = 'all' | 'actions' | 'pages' | 'people' | 'tags';
const modes: Record<string, Mode> = { '>': 'actions', '/': 'pages', '@': 'people', '#': 'tags' };

/** A first sign says what is looked for; `#/…` is an address that a client printed. */
export function asked(text: string): { mode: Mode; wanted: string } {
  const trimmed = text.trim();
  const mode = trimmed.startsWith('#/') ? undefined : modes[trimmed.slice(0, 1)];
  return mode === undefined ? { mode: 'all', wanted: trimmed } : { mode, wanted: trimmed.slice(1).trim() };
}

/** Whether all words of `wanted` stand in one of the texts, in any case. */
export function fits(wanted: string, ...texts: string[]): boolean {
  const all = texts.join(' ').toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** `value` null: the tag, whatever it says. */
export type Tag = { name: string; value: string | null; runs: number; filter: string };

const isClients = (tag: Tag): number => Number(tag.name.startsWith('mlflow.'));

/** Tags that runs have, each as `key` and as `key=value` of its most frequent values; the most frequent first, what
 * MLflow's client sets by itself last. */
export function tagsOf(columns: readonly Schemas['RunColumn'][], wanted: string, most = 50): Tag[] {
  return columns
    .filter((column) => column.kind === 'tag')
    .flatMap((column): Tag[] => {
      const key = column.key.replace(/^tags\./, '');
      const name = nameInFilter(`tags.${key}`);
      return [
        { name: key, value: null, runs: column.runs, filter: `${name} IS NOT NULL` },
        ...column.top.map(({ value, count }) => ({
          name: key,
          value: String(value),
          runs: count,
          filter: `${name} = ${typeof value === 'number' ? String(value) : quoteText(String(value))}`,
        })),
      ];
    })
    .filter((tag) => fits(wanted, tag.value === null ? tag.name : `${tag.name}=${tag.value}`))
    .sort((left, right) => isClients(left) - isClients(right) || right.runs - left.runs)
    .slice(0, most);
}
