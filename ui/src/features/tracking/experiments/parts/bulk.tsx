// What is done to many runs at once: tags, archiving, restoring; each can be undone.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { queries, send, usePosted } from '../../../../api/client';
import { Said } from '../../../../api/said';
import { Confirm } from '../../../../kit/confirm';
import { offerUndo } from '../../../../kit/undo';
import type { RunsBulk, RunsBulkAnswer } from '../api';
import { useT } from '../text';
import type { View } from '../view';

/** The runs that are meant: some, or all that the filter finds. */
export type Meant = { ids: readonly string[] } | { result: string; total: number };

const whichOf = (meant: Meant): Partial<RunsBulk> =>
  'result' in meant ? { result: meant.result } : { ids: [...meant.ids] };
const shownRefusals = 5;

export function BulkVerbs({ meant, state, done }: { meant: Meant; state: View['state']; done: () => void }) {
  return (
    <>
      <TagVerb meant={meant} done={done} />
      {state !== 'deleted' && <StateVerb action="delete" meant={meant} done={done} />}
      {state !== 'active' && <StateVerb action="restore" meant={meant} done={done} />}
    </>
  );
}

/** Does it, and offers to take it back. */
function useBulk(meant: Meant, done: () => void) {
  const t = useT();
  const refresh = () => void queries.invalidateQueries({ queryKey: ['runs/query'] });
  return async (body: RunsBulk) => {
    const answer = await send<RunsBulkAnswer>('POST', 'runs/bulk', { ...whichOf(meant), ...body });
    refresh();
    done();
    const said = t(answer.action === 'delete' ? 'archived' : answer.action === 'restore' ? 'restored' : 'tagged', {
      n: answer.changed,
    });
    const refused = answer.refused === 0 ? '' : ` · ${t('refused', { n: answer.refused })}`;
    offerUndo({
      said: `${said}${refused}`,
      undone: t('undone', { n: answer.changed }),
      undo: async () => {
        for (const body of answer.undo) {
          const { action, ids, key, value } = body;
          await send('POST', 'runs/bulk', {
            action,
            ids,
            ...(key === undefined ? {} : { key }),
            ...(value === undefined ? {} : { value }),
          });
        }
        refresh();
      },
    });
  };
}

function StateVerb({ action, meant, done }: { action: 'delete' | 'restore'; meant: Meant; done: () => void }) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const act = useBulk(meant, done);
  return (
    <Confirm
      label={t(action === 'delete' ? 'archive' : 'restore')}
      danger={action === 'delete'}
      opened={opened}
      onOpened={setOpened}
      effect={opened && <Effect body={{ ...whichOf(meant), action }} />}
      run={() => act({ action })}
    />
  );
}

/** What it would come to, as the server says. */
function Effect({ body }: { body: RunsBulk }) {
  const t = useT();
  const read = usePosted<RunsBulkAnswer>('runs/bulk', { ...body, dry_run: true }, { keep: false });
  if (read.error) return <p role="alert">{read.error.status === 401 ? t('signFirst') : read.error.message}</p>;
  if (!read.data) return <p>{t('loading')}</p>;
  const { changed, unchanged, running, refused, refusals } = read.data;
  return (
    <>
      <p>{t(body.action === 'delete' ? 'archiveEffect' : 'restoreEffect', { n: changed })}</p>
      {body.action === 'delete' && running > 0 && <p className="warn">{t('runningEffect', { n: running })}</p>}
      {unchanged > 0 && <p>{t('unchanged', { n: unchanged })}</p>}
      {refused > 0 && (
        <>
          <p>{t('refused', { n: refused })}</p>
          <ul>
            {refusals.slice(0, shownRefusals).map((one) => (
              <li key={one.id}>
                {one.name || one.id.slice(0, 8)}: <Said of={one.reason} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function TagVerb({ meant, done }: { meant: Meant; done: () => void }) {
  const t = useT();
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const [removes, setRemoves] = useState(false);
  const act = useBulk(meant, done);
  const run = async () => {
    await act(removes ? { action: 'untag', key: key.trim() } : { action: 'tag', key: key.trim(), value });
    setKey('');
    setValue('');
    setRemoves(false);
  };
  return (
    <Confirm
      label={t('tagVerb')}
      run={run}
      effect={
        <div className="bulk-tag">
          <TextInput
            size="xs"
            label={t('tagKey')}
            required
            maxLength={250}
            data-autofocus
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          {!removes && (
            <TextInput
              size="xs"
              label={t('tagValue')}
              maxLength={2000}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          )}
          <label className="check">
            <input type="checkbox" checked={removes} onChange={(event) => setRemoves(event.currentTarget.checked)} />
            {t('tagRemove')}
          </label>
        </div>
      }
    />
  );
}
