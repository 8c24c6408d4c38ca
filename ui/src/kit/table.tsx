// A table that draws only the rows in view; the server sorts and filters. Rows are plain DOM. Arrow keys,
// j k, Home and End move; Space peeks, Enter opens, x selects, Shift+x a range, Ctrl+C copies rows as TSV.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { copyText } from './copy';
import { useSettings } from './settings';
import { HeadCell } from './tablehead';
import { makeText } from './text';

export type Column<Row> = {
  id: string; // As the server sorts by it.
  title: React.ReactNode;
  label?: string; // In words, where the title is none.
  width?: number;
  align?: 'right';
  render: (row: Row, index: number) => React.ReactNode;
  copy?: (row: Row) => string;
  sortable?: boolean;
  frozen?: boolean; // Stays at the left while others scroll; the frozen ones come first.
};

export type TableProps<Row> = {
  label: string;
  columns: Column<Row>[];
  total: number;
  row: (index: number) => Row | undefined; // undefined: not loaded yet.
  idOf: (row: Row) => string;
  sort?: string; // 'id' or '-id'
  onSort?: (sort: string) => void;
  onColumn?: (id: string) => void; // The column that left and right arrows, or Tab in the head, came to.
  selected?: ReadonlySet<string>;
  onSelect?: (ids: Set<string>) => void;
  onOpen?: (row: Row) => void;
  onPeek?: (row: Row) => void;
  peeked?: string;
  onRange?: (from: number, to: number) => void; // The ordinals in view, to load them.
  onResize?: (id: string, width: number) => void;
  fill?: boolean; // Takes the height that is left and scrolls inside; else as high as its rows.
  isNew?: (row: Row) => boolean;
  top?: Row; // Shown above all, whatever is scrolled to: what others are compared with.
};

const frozenWidth = 160; // Of a frozen column that names no width.

/** For each column how far from the left it stays, or undefined. */
function frozenAt<Row>(
  columns: Column<Row>[],
  widthOf: (column: Column<Row>) => number | undefined,
  start: number,
): (number | undefined)[] {
  let left = start;
  return columns.map((column) => {
    if (!column.frozen) return undefined;
    const at = left;
    left += widthOf(column) ?? frozenWidth;
    return at;
  });
}

/** Class and place of a cell of a column. */
export function cellProps(align: string | undefined, left: number | undefined, isLast: boolean) {
  const classes = [
    'table-cell',
    align === 'right' ? 'is-number' : '',
    left === undefined ? '' : 'is-frozen',
    isLast ? 'is-last-frozen' : '',
  ];
  return {
    className: classes.filter(Boolean).join(' '),
    ...(left === undefined ? {} : { style: { left: `${left}px` } }),
  };
}

const useT = makeText({ select: 'Select {name}', loading: 'loading' }, { select: '选择 {name}', loading: '加载中' });
const overscan = 8;

export function Table<Row>(props: TableProps<Row>) {
  const { density } = useSettings();
  const rowHeight = density === 'compact' ? 28 : 36;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [anchor, setAnchor] = useState<number | null>(null);
  const [at, setAt] = useState(''); // The column of the arrow keys.
  const [widths, setWidths] = useState<Record<string, number>>({});
  const virtual = useVirtualizer({
    count: props.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    enabled: props.fill === true,
    initialRect: { width: 1200, height: 600 },
  });
  useEffect(() => {
    virtual.measure();
  }, [rowHeight, virtual]);
  const items = props.fill
    ? virtual.getVirtualItems().map((item) => item.index)
    : Array.from({ length: props.total }, (_, index) => index);
  const first = items[0] ?? 0;
  const last = items[items.length - 1] ?? 0;
  const { onRange } = props;
  useEffect(() => {
    onRange?.(first, last + 1);
  }, [first, last, onRange]);

  const current = Math.min(active, Math.max(0, props.total - 1));
  const widthOf = (column: Column<Row>) =>
    widths[column.id] ?? column.width ?? (column.frozen ? frozenWidth : undefined);
  const template = [
    props.onSelect ? '32px' : '',
    ...props.columns.map((column) => {
      const width = widthOf(column);
      return width === undefined ? 'minmax(96px, 1fr)' : `${width}px`;
    }),
  ].join(' ');
  const lefts = frozenAt(props.columns, widthOf, props.onSelect ? 32 : 0);

  const wanted = useRef<number | null>(null);
  const focusWanted = () => {
    if (wanted.current === null) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: props.fill === true });
  };
  useLayoutEffect(focusWanted);
  // A row that is still being loaded is opened once it is there, unless somebody moves on before.
  const [awaited, setAwaited] = useState<{ index: number; act: (row: Row) => void } | null>(null);
  const onceLoaded = (index: number, act: ((row: Row) => void) | undefined) => {
    const row = props.row(index);
    if (row !== undefined) act?.(row);
    else if (act) setAwaited({ index, act });
  };
  const come = awaited !== null && awaited.index === current ? props.row(awaited.index) : undefined;
  useEffect(() => {
    if (awaited === null || (come === undefined && awaited.index === current)) return;
    setAwaited(null);
    if (come !== undefined) awaited.act(come);
  }, [awaited, come, current]);
  const move = (to: number) => {
    const index = Math.max(0, Math.min(props.total - 1, to));
    setActive(index);
    if (props.fill) virtual.scrollToIndex(index);
    wanted.current = index;
    focusWanted();
    // Until the row is drawn the grid itself takes the keys.
    if (wanted.current !== null) scroller.current?.focus({ preventScroll: true });
  };
  const goTo = (id: string) => {
    setAt(id);
    props.onColumn?.(id);
  };
  const moveColumn = (by: 1 | -1) => {
    const from = props.columns.findIndex((column) => column.id === at);
    const to = props.columns[Math.max(0, Math.min(props.columns.length - 1, from + by))];
    if (!to) return;
    goTo(to.id);
    scroller.current
      ?.querySelector(`[role=columnheader][data-column="${CSS.escape(to.id)}"]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const select = (index: number, range: boolean) => {
    if (!props.onSelect) return;
    const ids = new Set(props.selected);
    const from = range && anchor !== null ? Math.min(anchor, index) : index;
    const to = range && anchor !== null ? Math.max(anchor, index) : index;
    const target = props.row(index);
    const adds = target !== undefined && !ids.has(props.idOf(target));
    for (let at = from; at <= to; ++at) {
      const row = props.row(at);
      if (row === undefined) continue;
      if (adds || range) ids.add(props.idOf(row));
      else ids.delete(props.idOf(row));
    }
    setAnchor(index);
    props.onSelect(ids);
  };
  const copyRows = () => {
    const chosen = items
      .map((index) => props.row(index))
      .filter((row) => row !== undefined)
      .filter((row) => (props.selected?.size ? props.selected.has(props.idOf(row)) : row === props.row(current)));
    void copyText(chosen.map((row) => props.columns.map((column) => column.copy?.(row) ?? '').join('\t')).join('\n'));
  };
  const onKey = (event: React.KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement)) return;
    if (event.target !== scroller.current && event.target.getAttribute('role') !== 'row') return;
    if ((event.ctrlKey || event.metaKey) && event.key === 'c' && window.getSelection()?.isCollapsed !== false)
      return copyRows();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 280) / rowHeight) - 1);
    const actions: Record<string, (() => void) | undefined> = {
      ArrowDown: () => move(current + 1),
      j: () => move(current + 1),
      ArrowUp: () => move(current - 1),
      k: () => move(current - 1),
      Home: () => move(0),
      End: () => move(props.total - 1),
      ArrowRight: props.onColumn && (() => moveColumn(1)),
      ArrowLeft: props.onColumn && (() => moveColumn(-1)),
      PageDown: () => move(current + page),
      PageUp: () => move(current - page),
      Enter: props.onOpen && (() => onceLoaded(current, props.onOpen)),
      ' ': props.onPeek && (() => onceLoaded(current, props.onPeek)),
      x: () => select(current, false),
      X: () => select(current, true),
    };
    const action = actions[event.shiftKey && event.key === 'x' ? 'X' : event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  return (
    <div
      ref={scroller}
      className={props.fill ? 'table table-fill' : 'table'}
      role="grid"
      tabIndex={-1}
      aria-label={props.label}
      aria-rowcount={props.total + 1}
      aria-colcount={props.columns.length + (props.onSelect ? 1 : 0)}
      {...(props.onSelect ? { 'aria-multiselectable': true } : {})}
      onKeyDown={onKey}
    >
      <div className="table-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        {props.onSelect && (
          <div role="columnheader" className="table-cell">
            <span className="sr-only">×</span>
          </div>
        )}
        {props.columns.map((column, index) => (
          <HeadCell
            key={column.id}
            column={column}
            left={lefts[index]}
            isLastFrozen={lefts[index] !== undefined && lefts[index + 1] === undefined}
            isAt={column.id === at}
            onAt={() => props.onColumn && goTo(column.id)}
            sort={props.sort}
            onSort={props.onSort}
            onWidth={(width) => {
              setWidths((old) => ({ ...old, [column.id]: width }));
              props.onResize?.(column.id, width);
            }}
          />
        ))}
      </div>
      {props.top !== undefined && (
        <div role="rowgroup" className="table-top">
          <TableRow
            table={{ ...props, row: () => props.top, total: 1 }}
            index={-1}
            isActive={false}
            template={template}
            lefts={lefts}
            onActive={() => undefined}
            onSelect={() => undefined}
          />
        </div>
      )}
      <div role="rowgroup" className="table-body" style={props.fill ? { height: `${props.total * rowHeight}px` } : {}}>
        {items.map((index) => (
          <TableRow
            key={index}
            table={props}
            index={index}
            isActive={index === current}
            template={template}
            lefts={lefts}
            {...(props.fill ? { top: index * rowHeight } : {})}
            onActive={() => setActive(index)}
            onSelect={(range) => select(index, range)}
          />
        ))}
      </div>
    </div>
  );
}

function TableRow<Row>({
  table,
  index,
  isActive,
  template,
  lefts,
  top,
  onActive,
  onSelect,
}: {
  table: TableProps<Row>;
  index: number;
  isActive: boolean;
  template: string;
  lefts: (number | undefined)[];
  top?: number;
  onActive: () => void;
  onSelect: (range: boolean) => void;
}) {
  const t = useT();
  const row = table.row(index);
  const id = row === undefined ? '' : table.idOf(row);
  const selected = table.selected?.has(id) ?? false;
  const classes = [
    'table-row',
    selected ? 'is-selected' : '',
    table.peeked === id && id !== '' ? 'is-peeked' : '',
    row !== undefined && table.isNew?.(row) ? 'is-new' : '',
  ]
    .filter(Boolean)
    .join(' ');
  const onClick = (event: React.MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('a,button,input,label')) return;
    if (window.getSelection()?.isCollapsed === false) return;
    onActive();
    if (row === undefined) return;
    if (table.onPeek) table.onPeek(row);
    else table.onOpen?.(row);
  };
  return (
    <div
      role="row"
      className={classes}
      data-index={index}
      data-id={id}
      {...(index < 0 ? {} : { 'aria-rowindex': index + 2 })}
      tabIndex={isActive ? 0 : -1}
      {...(table.onSelect ? { 'aria-selected': selected } : {})}
      onFocus={onActive}
      onClick={onClick}
      onDoubleClick={() => row !== undefined && table.onOpen?.(row)}
      style={{ gridTemplateColumns: template, ...(top === undefined ? {} : { transform: `translateY(${top}px)` }) }}
    >
      {table.onSelect && (
        <div role="gridcell" className="table-cell">
          <input
            type="checkbox"
            tabIndex={-1}
            checked={selected}
            disabled={row === undefined || index < 0}
            aria-label={t('select', { name: id.slice(0, 8) })}
            onClick={(event) => onSelect(event.shiftKey)}
            onChange={() => undefined}
          />
        </div>
      )}
      {table.columns.map((column, at) => (
        <div
          key={column.id}
          role="gridcell"
          {...cellProps(column.align, lefts[at], lefts[at] !== undefined && lefts[at + 1] === undefined)}
        >
          {row === undefined ? (
            <span className="skeleton" aria-label={t('loading')} role="img" />
          ) : (
            column.render(row, index)
          )}
        </div>
      ))}
    </div>
  );
}
