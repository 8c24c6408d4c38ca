// What was done a moment ago and can be taken back: said in a toast, and by Ctrl+Z for ten minutes. Ctrl+Z also
// takes back changes of the view, whatever came last first.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useLocation, useSearch } from 'wouter';
import { messageOf } from './error';
import { useKeys } from './keys';
import { makeText } from './text';
import { expandView } from './urlstate';
import { dropViewChange, lastViewChange } from './viewchanges';

const useT = makeText(
  {
    undo: 'Undo',
    key: 'undo the last change',
    close: 'Close',
    failed: 'It could not be undone: {message}',
    view: 'The view is as it was before',
  },
  { undo: '撤销', key: '撤销上一次更改', close: '关闭', failed: '无法撤销：{message}', view: '视图已恢复到更改之前' },
);

export type Done = {
  said: string; // What was done: `3 runs archived`.
  undone: string; // What is said once it is taken back.
  undo: () => Promise<unknown>;
};
type Entry = Done & { until: number };

const keptMs = 600_000;
const shownMs = 12_000;
let done: Entry[] = []; // The last one last.
const hearers = new Set<() => void>();
function set(entries: Entry[]) {
  done = entries;
  for (const hear of hearers) hear();
}

export function offerUndo(one: Done): void {
  const now = Date.now();
  set([...done.filter((entry) => entry.until > now), { ...one, until: now + keptMs }]);
}

function useDone(): Entry[] {
  return useSyncExternalStore(
    (hear) => {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    () => done,
  );
}

export function UndoToast() {
  const t = useT();
  const [path, navigate] = useLocation();
  const search = expandView(useSearch());
  const entries = useDone();
  const last = entries.at(-1);
  const [hidden, setHidden] = useState<Entry | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (!last) return undefined;
    setSaid('');
    const timer = setTimeout(() => setHidden(last), shownMs);
    return () => clearTimeout(timer);
  }, [last]);
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), 4000);
    return () => clearTimeout(timer);
  }, [said]);
  const undo = () => {
    const entry = done.at(-1);
    if (!entry || entry.until < Date.now()) return;
    set(done.slice(0, -1));
    // What was before it is not news.
    setHidden(done.at(-1) ?? null);
    entry.undo().then(
      () => setSaid(entry.undone),
      (error: unknown) => setSaid(t('failed', { message: messageOf(error) })),
    );
  };
  const undoLast = () => {
    const view = lastViewChange(path, search);
    const entry = done.at(-1);
    if (!view || (entry && entry.until - keptMs > view.atMs)) return undo();
    dropViewChange(view);
    navigate(view.before === '' ? path : `${path}?${view.before}`, { replace: true });
    setSaid(t('view'));
  };
  useKeys([{ keys: 'Ctrl+z', label: t('key'), run: undoLast }]);
  const shown = said === '' && last && last !== hidden ? last : null;
  return (
    <div className="toast toast-undo" role="status" aria-live="polite">
      {said !== '' && <span>{said}</span>}
      {shown && (
        <>
          <span>{shown.said}</span>
          <button type="button" title="Ctrl+Z" onClick={undo}>
            {t('undo')}
          </button>
          <button type="button" aria-label={t('close')} onClick={() => setHidden(shown)}>
            ×
          </button>
        </>
      )}
    </div>
  );
}
