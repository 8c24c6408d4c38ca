// How the views of this tab were before each change of them, for Ctrl+Z.
export type ViewChange = {
  path: string;
  before: string; // The query that it had.
  keys: string; // What was changed, so that typing is one change.
  atMs: number;
};

const togetherMs = 1000;
const changesMost = 200;
const changes: ViewChange[] = [];

/** What is peeked at or selected is no view, and where a view is kept (`view`) does not change it. */
export function noteViewChange(path: string, before: string, keys: readonly string[], atMs = Date.now()): void {
  const name = keys.filter((key) => key !== 'peek' && key !== 'sel').join();
  if (name === '' || keys.includes('view')) return;
  const last = changes.at(-1);
  if (last && last.path === path && last.keys === name && atMs - last.atMs < togetherMs) {
    last.atMs = atMs;
    return;
  }
  changes.push({ path, before, keys: name, atMs });
  if (changes.length > changesMost) changes.shift();
}

/** The last change of the view at `path` whose query is `now`; what Back has undone already is dropped. */
export function lastViewChange(path: string, now: string): ViewChange | undefined {
  for (;;) {
    const at = changes.findLastIndex((change) => change.path === path);
    const change = changes[at];
    if (!change || change.before !== now) return change;
    changes.splice(at, 1);
  }
}

export function dropViewChange(change: ViewChange): void {
  changes.splice(changes.indexOf(change), 1);
}
