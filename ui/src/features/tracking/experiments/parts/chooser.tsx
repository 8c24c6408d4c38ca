// Which columns are shown, in which order, and which stay at the left: a search over all that there are,
// with how many runs have each and what its values look like.
import { Button, Popover } from '@mantine/core';
import { useDeferredValue, useLayoutEffect, useRef, useState } from 'react';
import { useApi } from '../../../../api/client';
import { Icon } from '../../../../kit/icon';
import { formatMetric } from '../../../../kit/number';
import { Segments } from '../../../../kit/segments';
import type { RunColumn, RunColumns } from '../api';
import { useT } from '../text';
import { isSpark, moved, nameOf, titleOf, toggled, toggledSpark, withAggregate, type Aggregate } from '../view';

const kinds = ['all', 'metric', 'param', 'tag', 'attribute'] as const;

export type ChooserProps = {
  experiment: string; // Its number, or `-`.
  shown: string[];
  pinned: readonly string[];
  isUsual: boolean;
  change: (columns: string[], pinned: string[]) => void;
  reset: () => void;
  opened: boolean;
  setOpened: (opened: boolean) => void;
  fresh: RunColumn[]; // That were not there when the page was opened: first.
};

export function Chooser(props: ChooserProps) {
  const t = useT();
  return (
    <Popover
      opened={props.opened}
      onChange={props.setOpened}
      withinPortal
      position="bottom-end"
      width={460}
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="columns-3" size={14} />}
          onClick={() => props.setOpened(!props.opened)}
        >
          {t('columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('columns')}>{props.opened && <Choices {...props} />}</Popover.Dropdown>
    </Popover>
  );
}

/** A column that is chosen or moved stands in another place, as another element: the focus goes with it. */
function useFocusThatStays() {
  const lists = useRef<HTMLDivElement>(null);
  const column = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (column.current === undefined || document.activeElement !== document.body) return;
    const boxes = [...(lists.current?.querySelectorAll('input') ?? [])];
    (boxes.find((box) => box.dataset['column'] === column.current) ?? lists.current)?.focus();
  });
  const onFocus = (event: React.FocusEvent) => {
    column.current = event.target.closest('li')?.querySelector('input')?.dataset['column'];
  };
  return { ref: lists, onFocus };
}

function Choices(props: ChooserProps) {
  const t = useT();
  const focus = useFocusThatStays();
  const [find, setFind] = useState('');
  const [kind, setKind] = useState<(typeof kinds)[number]>('all');
  const [differing, setDiffering] = useState(false);
  const [full, setFull] = useState(false);
  const q = useDeferredValue(find.trim());
  const { data } = useApi<RunColumns>(`experiments/${encodeURIComponent(props.experiment)}/columns`, {
    q,
    kind: kind === 'all' ? null : kind,
    limit: 200,
  });
  const found = (data?.columns ?? []).filter(
    (column) =>
      (!differing || column.distinct > 1 || column.runs < column.total) && (!full || column.runs === column.total),
  );
  const isShown = (column: RunColumn) => props.shown.some((one) => nameOf(one).name === column.key);
  const toggle = (key: string) => {
    const at = props.shown.find((one) => nameOf(one).name === key);
    const others = (columns: readonly string[]) => columns.filter((one) => nameOf(one).name !== key);
    props.change(at ? others(props.shown) : [...props.shown, key], others(props.pinned));
  };
  const [fresh] = useState(props.fresh);
  const choices = (columns: RunColumn[]) => (
    <ul>
      {columns.map((column) => (
        <li key={column.key}>
          <label className="check" title={column.key}>
            <input
              type="checkbox"
              data-column={column.key}
              checked={isShown(column)}
              onChange={() => toggle(column.key)}
            />
            <span className="chooser-key">{column.key}</span>
          </label>
          <Profile column={column} />
        </li>
      ))}
    </ul>
  );
  return (
    <div className="chooser">
      <input
        className="chooser-find"
        data-autofocus
        value={find}
        placeholder={t('find')}
        aria-label={t('find')}
        onChange={(event) => setFind(event.currentTarget.value)}
      />
      <Segments
        label={t('kinds')}
        value={kind}
        onChange={setKind}
        data={kinds.map((one) => ({ value: one, label: t(one) }))}
      />
      <div className="toolbar">
        <label className="check">
          <input type="checkbox" checked={differing} onChange={(event) => setDiffering(event.currentTarget.checked)} />
          {t('onlyDiffering')}
        </label>
        <label className="check">
          <input type="checkbox" checked={full} onChange={(event) => setFull(event.currentTarget.checked)} />
          {t('onlyFull')}
        </label>
        <button type="button" className="link-button" disabled={props.isUsual} onClick={props.reset}>
          {t('usual')}
        </button>
      </div>
      <div className="chooser-lists" tabIndex={0} role="group" aria-label={t('columns')} {...focus}>
        {q === '' && fresh.length > 0 && (
          <>
            <h2>{t('newKeysTitle')}</h2>
            {choices(fresh)}
          </>
        )}
        {q === '' && <ShownColumns {...props} />}
        <h2>{t('available')}</h2>
        {choices(found.filter((column) => q !== '' || !isShown(column)))}
        {data?.has_more && <p className="meta">{t('more')}</p>}
      </div>
    </div>
  );
}

function ShownColumns(props: ChooserProps) {
  const t = useT();
  return (
    <>
      <h2>{t('shown')}</h2>
      <ul>
        {props.shown.map((column) => (
          <ShownColumn key={column} column={column} {...props} />
        ))}
      </ul>
    </>
  );
}

function ShownColumn({ column, shown, pinned, change }: ChooserProps & { column: string }) {
  const t = useT();
  const { name } = nameOf(column);
  const words = isSpark(column) ? t('curveOf', { name: titleOf(column) }) : name;
  const isPinned = pinned.includes(column);
  const without = (columns: readonly string[]) => columns.filter((one) => one !== column);
  return (
    <li>
      <label className="check" title={words}>
        <input
          type="checkbox"
          data-column={isSpark(column) ? column : name}
          checked
          onChange={() => change(without(shown), without(pinned))}
        />
        <span className="chooser-key">{words}</span>
      </label>
      {name.startsWith('metrics.') && !isSpark(column) && (
        <OfMetric column={column} shown={shown} pinned={pinned} change={change} />
      )}
      <button
        type="button"
        className="icon-button"
        aria-pressed={isPinned}
        aria-label={t(isPinned ? 'unpin' : 'pin', { name: words })}
        title={t(isPinned ? 'unpin' : 'pin', { name: words })}
        onClick={() => change(shown, toggled(pinned, column))}
      >
        <Icon name="pin" size={14} />
      </button>
      {([-1, 1] as const).map((by) => (
        <button
          key={by}
          type="button"
          className="icon-button"
          aria-label={t(by < 0 ? 'up' : 'down', { name: words })}
          title={t(by < 0 ? 'up' : 'down', { name: words })}
          onClick={() => change(moved(shown, column, by), [...pinned])}
        >
          <Icon name={by < 0 ? 'arrow-up' : 'arrow-down'} size={14} />
        </button>
      ))}
    </li>
  );
}

/** Which of a metric's values is shown, and whether its curve stands beside it. */
function OfMetric({
  column,
  shown,
  pinned,
  change,
}: Pick<ChooserProps, 'shown' | 'pinned' | 'change'> & { column: string }) {
  const t = useT();
  const { name, aggregate } = nameOf(column);
  const aggregates: readonly (readonly [Aggregate, string])[] = [
    ['last', t('lastValue')],
    ['min', t('minValue')],
    ['max', t('maxValue')],
    ['best', t('bestValue')],
  ];
  const replace = (by: string) => {
    const replaced = (columns: readonly string[]) => columns.map((one) => (one === column ? by : one));
    change(replaced(shown), replaced(pinned));
  };
  const hasCurve = shown.includes(withAggregate(name, 'spark'));
  return (
    <>
      <select
        aria-label={t('aggregate', { name })}
        value={aggregate}
        onChange={(event) =>
          replace(withAggregate(name, aggregates.find(([one]) => one === event.currentTarget.value)?.[0] ?? 'last'))
        }
      >
        {aggregates.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="icon-button"
        aria-pressed={hasCurve}
        aria-label={t('curveOf', { name: titleOf(name) })}
        title={t('curveOf', { name: titleOf(name) })}
        onClick={() => change(toggledSpark(shown, column), [...pinned])}
      >
        <Icon name="chart-line" size={14} />
      </button>
    </>
  );
}

/** How many runs have it and what its values are: bars of the histogram, or the most frequent texts. */
export function Profile({ column }: { column: RunColumn }) {
  const t = useT();
  const share = column.total === 0 ? 0 : Math.round((column.runs / column.total) * 100);
  const most = Math.max(1, ...column.histogram);
  const said =
    column.type === 'number' && column.min !== undefined
      ? `${formatMetric(column.min)} … ${formatMetric(column.max)}`
      : column.top
          .slice(0, 3)
          .map((one) => String(one.value))
          .join(', ');
  return (
    <span className="profile" title={`${t('fill', { n: share })} · ${t('distinct', { n: column.distinct })} · ${said}`}>
      {column.histogram.length > 0 ? (
        <svg
          className="profile-bars"
          viewBox="0 0 60 16"
          role="img"
          aria-label={`${t('bins', { name: column.key })}: ${said}`}
        >
          {column.histogram.map((count, at) => (
            <rect
              key={at}
              x={at * 3}
              width="2.4"
              y={16 - (count / most) * 15}
              height={count === 0 ? 0 : Math.max(1, (count / most) * 15)}
            />
          ))}
        </svg>
      ) : (
        <span className="profile-texts muted">{said}</span>
      )}
      <span className="number muted">{share} %</span>
    </span>
  );
}
