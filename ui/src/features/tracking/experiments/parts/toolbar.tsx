// What stands above the table: the filter, the time, groups, columns, and what is done with a selection.
import { Button, Popover } from '@mantine/core';
import { useState } from 'react';
import { copyText } from '../../../../kit/copy';
import { Icon } from '../../../../kit/icon';
import { formatTime } from '../../../../kit/number';
import type { RunColumn, RunsAnswer } from '../api';
import { useT } from '../text';
import { boundsOf, titleOf, toggled, type View } from '../view';
import { BulkVerbs, type Meant } from './bulk';

export const ranges = ['', '24h', '7d', '30d'];

export function TimeRange({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useT();
  const isCustom = !ranges.includes(value);
  const bounds = boundsOf(value, 0);
  const custom = value.includes('..')
    ? [bounds.from_ms ? formatTime(bounds.from_ms) : '', bounds.to_ms ? formatTime(bounds.to_ms) : ''].join(' … ')
    : t('last', { range: value });
  return (
    <div className="ranges" role="group" aria-label={t('time')}>
      {ranges.map((range) => (
        <button key={range} type="button" aria-pressed={value === range} onClick={() => onChange(range)}>
          {range === '' ? t('anyTime') : range}
        </button>
      ))}
      <CustomRange
        label={isCustom ? custom : t('custom')}
        pressed={isCustom}
        bounds={value.includes('..') ? bounds : {}}
        onChange={onChange}
      />
    </div>
  );
}

/** A time as a field of the browser has it, in its own zone. */
const fieldOf = (ms: number | undefined) =>
  ms === undefined ? '' : new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
const msOf = (field: string) => (field === '' ? '' : String(new Date(field).getTime()));

function CustomRange({
  label,
  pressed,
  bounds,
  onChange,
}: {
  label: string;
  pressed: boolean;
  bounds: { from_ms?: number; to_ms?: number };
  onChange: (value: string) => void;
}) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const [from, setFrom] = useState(fieldOf(bounds.from_ms));
  const [to, setTo] = useState(fieldOf(bounds.to_ms));
  const apply = () => {
    onChange(from === '' && to === '' ? '' : `${msOf(from)}..${msOf(to)}`);
    setOpened(false);
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      withinPortal
      trapFocus
      returnFocus
      position="bottom-end"
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <button type="button" aria-pressed={pressed} onClick={() => setOpened(!opened)}>
          {label}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('custom')}>
        <form
          className="range-form"
          onSubmit={(event) => {
            event.preventDefault();
            apply();
          }}
        >
          <label>
            {t('from')}{' '}
            <input
              type="datetime-local"
              value={from}
              max={to || undefined}
              onChange={(event) => setFrom(event.currentTarget.value)}
            />
          </label>
          <label>
            {t('to')}{' '}
            <input
              type="datetime-local"
              value={to}
              min={from || undefined}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
          </label>
          <Button size="xs" type="submit">
            {t('apply')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Keys by which runs can be grouped: texts and numbers with few values. */
export function groupable(profiles: RunColumn[]): RunColumn[] {
  return profiles.filter(
    (column) =>
      column.kind !== 'metric' &&
      column.distinct > 0 &&
      column.distinct <= 1000 &&
      column.distinct < Math.max(column.runs, 2) &&
      !['attributes.started', 'attributes.ended', 'attributes.duration', 'attributes.experiment_number'].includes(
        column.key,
      ),
  );
}

const groupsMost = 3;

export function GroupMenu({
  value,
  profiles,
  onChange,
}: {
  value: readonly string[];
  profiles: RunColumn[];
  onChange: (value: string[]) => void;
}) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const choices = groupable(profiles);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      withinPortal
      trapFocus
      returnFocus
      position="bottom-end"
      width={360}
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="layers" size={14} />}
          onClick={() => setOpened(!opened)}
        >
          {value.length === 0 ? t('group') : `${t('group')}: ${value.map(titleOf).join(', ')}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('groupBy')}>
        <fieldset className="group-keys">
          <legend>{t('groupBy')}</legend>
          {choices.map((column) => {
            const isOn = value.includes(column.key);
            return (
              <button
                key={column.key}
                type="button"
                className="group-key"
                aria-pressed={isOn}
                disabled={!isOn && value.length === groupsMost}
                onClick={() => onChange(toggled(value, column.key))}
              >
                <span aria-hidden="true">{isOn ? '✓' : ''}</span>
                <span className="chooser-key">{column.key}</span>
                <span className="meta">{t('distinct', { n: column.distinct })}</span>
              </button>
            );
          })}
        </fieldset>
        <button
          type="button"
          className="link-button"
          disabled={value.length === 0}
          onClick={() => {
            onChange([]);
            setOpened(false);
          }}
        >
          {t('noGroup')}
        </button>
      </Popover.Dropdown>
    </Popover>
  );
}

export function CopyLink() {
  const t = useT();
  const [done, setDone] = useState(false);
  const copy = () =>
    void copyText(window.location.href).then(() => {
      setDone(true);
      setTimeout(() => setDone(false), 1500);
    });
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={done ? t('copied') : t('copyLink')}
      title={`${done ? t('copied') : t('copyLink')} (y)`}
      onClick={copy}
    >
      <Icon name={done ? 'check' : 'link'} size={14} />
    </button>
  );
}

export const compareMost = 500;

export type SelectionActs = {
  compare: () => void;
  hide: () => void;
  showHidden: () => void;
  setBaseline: (id: string) => void;
  unselect: () => void;
};

export function Selection({ view, answer, act }: { view: View; answer: RunsAnswer | undefined; act: SelectionActs }) {
  const t = useT();
  const { sel, base } = view;
  const hidden = view.hide.length;
  if (sel.length === 0 && hidden === 0 && base === '') return null;
  return (
    <div className="toolbar selection" role="group" aria-label={t('selected', { n: sel.length })}>
      {sel.length > 0 && <Selected key={answer?.result} view={view} answer={answer} act={act} />}
      {base !== '' && (
        <button type="button" className="link-button" title="b" onClick={() => act.setBaseline('')}>
          {t('noBaseline')}
        </button>
      )}
      {hidden > 0 && (
        <span>
          {t('hidden', { n: hidden })}{' '}
          <button type="button" className="link-button" onClick={act.showHidden}>
            {t('show')}
          </button>
        </span>
      )}
    </div>
  );
}

function Selected({ view, answer, act }: { view: View; answer: RunsAnswer | undefined; act: SelectionActs }) {
  const t = useT();
  const { sel, base } = view;
  const [whole, setWhole] = useState(false); // All that the filter finds.
  const total = answer?.total ?? 0;
  const why =
    sel.length < 2 ? t('compareWhy') : sel.length > compareMost ? t('compareMost', { n: compareMost }) : undefined;
  const meant: Meant = whole && answer ? { result: answer.result, total } : { ids: sel };
  return (
    <>
      <strong>{t('selected', { n: whole ? total : sel.length })}</strong>
      {!whole && (
        <>
          {total > sel.length && (
            <button type="button" className="link-button" onClick={() => setWhole(true)}>
              {t('selectWhole', { n: total })}
            </button>
          )}
          <Button size="xs" disabled={why !== undefined} title={why ?? 'c'} onClick={act.compare}>
            {t('compare')}
          </Button>
          <Button size="xs" variant="default" title="h" onClick={act.hide}>
            {t('hide')}
          </Button>
          {sel.length === 1 && sel[0] !== base && (
            <Button size="xs" variant="default" title="b" onClick={() => act.setBaseline(sel[0] ?? '')}>
              {t('setBaseline')}
            </Button>
          )}
        </>
      )}
      <BulkVerbs meant={meant} state={view.state} done={act.unselect} />
      <button type="button" className="link-button" onClick={act.unselect}>
        {t('unselect')}
      </button>
    </>
  );
}
