// A view's state in its URL. A schema names the parameters and how each is written; defaults are left out
// and keys are sorted, so that equal views have equal URLs. What cannot be read is dropped.
import { useCallback, useMemo, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';
import { noteViewChange } from './viewchanges';

export type Codec<Value> = {
  parse(text: string): Value | undefined; // undefined: not readable.
  write(value: Value): string;
  initial: Value;
};
export type Schema = Record<string, Codec<unknown>>;
export type StateOf<S> = { [Key in keyof S]: S[Key] extends Codec<infer Value> ? Value : never };

export const text = (initial = ''): Codec<string> => ({ parse: (value) => value, write: (value) => value, initial });

export const choice = <Value extends string>(choices: readonly Value[], initial: Value): Codec<Value> => ({
  parse: (value) => choices.find((one) => one === value),
  write: (value) => value,
  initial,
});

export const flag = (initial = false): Codec<boolean> => ({
  parse: (value) => (value === '1' ? true : value === '0' ? false : undefined),
  write: (value) => (value ? '1' : '0'),
  initial,
});

export const number = (initial: number): Codec<number> => ({
  parse: (value) => (value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined),
  write: String,
  initial,
});

/** Items with commas between; a comma or backslash inside of one is written with a backslash. */
export const list = (initial: readonly string[] = []): Codec<readonly string[]> => ({
  parse: (value) => splitList(value),
  write: (value) => value.map((item) => item.replace(/[\\,]/g, '\\$&')).join(','),
  initial,
});

function splitList(value: string): string[] {
  if (value === '') return [];
  const items = [''];
  for (let at = 0; at < value.length; ++at) {
    const sign = value.charAt(at);
    if (sign === ',') items.push('');
    else items[items.length - 1] += sign === '\\' && at + 1 < value.length ? value.charAt(++at) : sign;
  }
  return items;
}

export function readState<S extends Schema>(schema: S, search: string): StateOf<S> {
  const parameters = new URLSearchParams(search);
  const state: Record<string, unknown> = {};
  for (const [key, codec] of Object.entries(schema)) {
    const written = parameters.get(key);
    const value = written === null ? undefined : codec.parse(written);
    state[key] = value === undefined ? codec.initial : value;
  }
  return state as StateOf<S>;
}

/** The query of a URL with `change` made; parameters that the schema does not name stay. */
export function writeState<S extends Schema>(schema: S, search: string, change: Partial<StateOf<S>>): string {
  const parameters = new URLSearchParams(search);
  for (const [key, value] of Object.entries(change)) {
    const codec = schema[key];
    if (codec === undefined || value === undefined) continue;
    const written = codec.write(value);
    if (written === codec.write(codec.initial)) parameters.delete(key);
    else parameters.set(key, written);
  }
  return written(parameters);
}

function written(parameters: URLSearchParams): string {
  const entries = [...parameters.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return entries.map(([key, value]) => `${key}=${encode(value)}`).join('&');
}

// States that are too long for a URL, by the id under which they are kept: `view=ID` stands for them.
const views = new Map<string, string>();

export const isViewKnown = (id: string) => views.has(id);
export function rememberView(id: string, state: string): void {
  views.set(id, state);
}
export function idOfView(state: string): string | undefined {
  return [...views].find(([, one]) => one === state)?.[0];
}
/** What of a query is kept as a view, and what stays in the URL: the row that is peeked at. */
export function splitView(search: string): { state: string; rest: string } {
  const state = new URLSearchParams(search);
  const rest = new URLSearchParams();
  const peek = state.get('peek');
  if (peek !== null) rest.set('peek', peek);
  state.delete('peek');
  state.delete('view');
  return { state: written(state), rest: written(rest) };
}
/** A query with what its `view` stands for; what is in it besides is stronger. */
export function expandView(search: string): string {
  const parameters = new URLSearchParams(search);
  const state = views.get(parameters.get('view') ?? '');
  if (state === undefined) return search;
  parameters.delete('view');
  const all = new URLSearchParams(state);
  for (const [key, value] of parameters) all.set(key, value);
  return written(all);
}

/** As little percent-encoding as a query allows: links are read by people. */
function encode(value: string): string {
  return encodeURIComponent(value)
    .replace(/%(2C|3A|2F|28|29|40|3B)/g, (code) => decodeURIComponent(code))
    .replaceAll('%20', '+');
}

export type SetState<S> = (change: Partial<StateOf<S>>, options?: { push?: boolean }) => void;

/** The state and how to change it. A change replaces the history's entry; `push` makes a new one. */
export function useUrlState<S extends Schema>(schema: S): [StateOf<S>, SetState<S>] {
  const search = expandView(useSearch());
  const [path, navigate] = useLocation();
  const latest = useRef(search);
  latest.current = search;
  const state = useMemo(() => readState(schema, search), [schema, search]);
  const change = useCallback<SetState<S>>(
    (part, options) => {
      const query = writeState(schema, latest.current, part);
      if (query === latest.current) return;
      noteViewChange(path, latest.current, Object.keys(part));
      latest.current = query;
      navigate(query === '' ? path : `${path}?${query}`, { replace: options?.push !== true });
    },
    [schema, path, navigate],
  );
  return [state, change];
}
