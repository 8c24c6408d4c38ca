// A heat map as a grid of cells: arrows move, Enter or a click opens one. Colours are levels of the
// tokens' sequential scale; hatched is no data.
import { memo, useEffect, useRef, useState } from 'react';
import { everyNth, moved, type Place } from './heatmap';
import './heatmap.css';

export type HeatCell = {
  level: number | null; // 1 to 7; null: no data.
  few?: boolean; // It rests on too little.
  mark?: boolean; // An alarm.
  label: string; // All of it in words.
};
export type HeatRow = { id: string; name: string; cells: HeatCell[] };
export type HeatColumn = { id: string; name: string };

export type HeatGridProps = {
  label: string;
  rowsName: string; // Over the rows' names.
  rows: HeatRow[];
  columns: HeatColumn[];
  chosen: Place | null; // The cell that is open.
  column: number | null; // The column that is looked at.
  onOpen: (place: Place) => void;
};

const cellWidth = 22;
const nameWidth = 44;

export function HeatGrid({ label, rowsName, rows, columns, chosen, column, onOpen }: HeatGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Place | null>(null);
  const start = active ?? chosen ?? { row: 0, column: column ?? Math.max(0, columns.length - 1) };
  const here = { row: Math.min(start.row, rows.length - 1), column: Math.min(start.column, columns.length - 1) };
  const nth = everyNth(cellWidth, nameWidth);
  useEffect(() => {
    if (scroller.current) reveal(scroller.current, column ?? columns.length - 1);
  }, [column, columns.length]);
  const placeOf = (target: EventTarget): Place | null => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
    return cell ? { row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) } : null;
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onOpen(here);
      return;
    }
    const to = moved(event.key, here, rows.length, columns.length, event.ctrlKey);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    setActive(to);
    grid.current?.querySelector<HTMLElement>(`[data-row="${to.row}"][data-column="${to.column}"]`)?.focus();
  };
  const open = (event: React.MouseEvent) => {
    const place = placeOf(event.target);
    if (place === null) return;
    setActive(place);
    onOpen(place);
  };
  const template = {
    gridTemplateColumns: `minmax(96px, 200px) repeat(${columns.length}, minmax(${cellWidth}px, 36px))`,
  };
  return (
    <div ref={scroller} className="heat scroll-x">
      <div
        ref={grid}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        className="heat-grid"
        onKeyDown={onKeyDown}
        onClick={open}
      >
        <div role="row" className="heat-row heat-head" style={template}>
          <div role="columnheader" className="heat-name">
            {rowsName}
          </div>
          {columns.map((one, at) => (
            <div key={one.id} role="columnheader" className={at === column ? 'heat-time is-here' : 'heat-time'}>
              <span className={at % nth === 0 || at === column ? 'heat-time-name' : 'sr-only'}>{one.name}</span>
            </div>
          ))}
        </div>
        {rows.map((row, at) => (
          <HeatLine
            key={row.id}
            row={row}
            index={at}
            template={template}
            column={column}
            active={here.row === at ? here.column : -1}
            chosen={chosen?.row === at ? chosen.column : -1}
          />
        ))}
      </div>
    </div>
  );
}

/** Scrolls a column into the middle, if it is not in view: the newest first, and what a link names. */
function reveal(scroller: HTMLElement, column: number): void {
  const head = scroller.querySelectorAll('.heat-time')[column]?.getBoundingClientRect();
  const box = scroller.getBoundingClientRect();
  const names = scroller.querySelector('.heat-name')?.getBoundingClientRect().right ?? box.left;
  if (!head || (head.left >= names && head.right <= box.right)) return;
  scroller.scrollLeft += head.left - (names + box.right) / 2;
}

type LineProps = {
  row: HeatRow;
  index: number;
  template: React.CSSProperties;
  column: number | null;
  active: number;
  chosen: number;
};

const HeatLine = memo(function HeatLine({ row, index, template, column, active, chosen }: LineProps) {
  return (
    <div role="row" className="heat-row" style={template} aria-rowindex={index + 2}>
      <div role="rowheader" className="heat-name" title={row.name}>
        {row.name}
      </div>
      {row.cells.map((cell, at) => (
        <div
          key={at}
          role="gridcell"
          data-row={index}
          data-column={at}
          tabIndex={active === at ? 0 : -1}
          title={cell.label}
          aria-label={cell.label}
          {...(chosen === at ? { 'aria-selected': true } : {})}
          className={classOf(cell, chosen === at, column === at)}
        >
          {cell.mark ? <span aria-hidden="true">▲</span> : null}
        </div>
      ))}
    </div>
  );
}, same);

/** The template is made anew each time, and equal while the columns are. */
function same(a: LineProps, b: LineProps): boolean {
  return (
    a.row === b.row &&
    a.index === b.index &&
    a.column === b.column &&
    a.active === b.active &&
    a.chosen === b.chosen &&
    a.template.gridTemplateColumns === b.template.gridTemplateColumns
  );
}

function classOf(cell: HeatCell, chosen: boolean, inColumn: boolean): string {
  return [
    'heat-cell',
    cell.level === null ? 'heat-none' : `heat-${cell.level}`,
    cell.few ? 'heat-few' : '',
    chosen ? 'is-chosen' : '',
    inColumn ? 'is-column' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** What the colours mean; `words` stand at the levels' ends. */
export function HeatLegend({
  within,
  beyond,
  none,
  few,
  alarm,
}: {
  within: string;
  beyond: string;
  none: string;
  few: string;
  alarm: string;
}) {
  return (
    <ul className="heat-legend">
      <li>
        {[1, 2, 3, 4].map((level) => (
          <span key={level} className={`heat-cell heat-${level}`} aria-hidden="true" />
        ))}
        {within}
      </li>
      <li>
        {[5, 6, 7].map((level) => (
          <span key={level} className={`heat-cell heat-${level}`} aria-hidden="true" />
        ))}
        {beyond}
      </li>
      <li>
        <span className="heat-cell heat-7" aria-hidden="true">
          <span>▲</span>
        </span>
        {alarm}
      </li>
      <li>
        <span className="heat-cell heat-none" aria-hidden="true" />
        {none}
      </li>
      <li>
        <span className="heat-cell heat-2 heat-few" aria-hidden="true" />
        {few}
      </li>
    </ul>
  );
}
