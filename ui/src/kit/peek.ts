// The inspector on the right: `&peek=KIND:ID` in the URL opens a row without leaving the list.
import { useMemo } from 'react';
import { text, useUrlState } from './urlstate';

const schema = { peek: text('') };

export type Peek = { kind: string; id: string };

export function usePeek(): [Peek | null, (peek: Peek | null) => void] {
  const [state, change] = useUrlState(schema);
  const at = state.peek.indexOf(':');
  const kind = at > 0 ? state.peek.slice(0, at) : '';
  const id = at > 0 ? state.peek.slice(at + 1) : '';
  const peek = useMemo(() => (kind === '' ? null : { kind, id }), [kind, id]);
  const set = useMemo(() => (to: Peek | null) => change({ peek: to ? `${to.kind}:${to.id}` : '' }), [change]);
  return [peek, set];
}
