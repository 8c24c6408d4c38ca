// A column's head: a click sorts, the right edge drags the width.
import { cellProps, type Column } from './table';

export function HeadCell<Row>({
  column,
  sort,
  left,
  isLastFrozen,
  isAt,
  onAt,
  onSort,
  onWidth,
}: {
  column: Column<Row>;
  left: number | undefined;
  isLastFrozen: boolean;
  isAt: boolean; // Where the arrow keys came to.
  onAt: () => void;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
  onWidth: (width: number) => void;
}) {
  const order = sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : 'none';
  const sortable = column.sortable === true && onSort !== undefined;
  const drag = (event: React.PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    const handle = event.currentTarget;
    const start = event.clientX;
    const width = handle.parentElement?.getBoundingClientRect().width ?? 120;
    handle.setPointerCapture(event.pointerId);
    const onMove = (moved: PointerEvent) => onWidth(Math.max(48, Math.round(width + moved.clientX - start)));
    const onEnd = () => {
      handle.removeEventListener('pointermove', onMove);
      handle.removeEventListener('pointerup', onEnd);
    };
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('pointerup', onEnd);
  };
  return (
    <div
      role="columnheader"
      {...cellProps(column.align, left, isLastFrozen)}
      data-column={column.id}
      {...(isAt ? { 'data-at': true } : {})}
      onFocus={onAt}
      {...(sortable ? { 'aria-sort': order } : {})}
    >
      {sortable ? (
        <button
          type="button"
          className="table-sort"
          onClick={() => onSort(order === 'descending' ? column.id : `-${column.id}`)}
          {...(column.label ? { 'aria-label': column.label } : {})}
        >
          <span className="table-title">{column.title}</span>
          <span aria-hidden="true">{order === 'ascending' ? '↑' : order === 'descending' ? '↓' : ''}</span>
        </button>
      ) : (
        <span className="table-title">{column.title}</span>
      )}
      <span className="table-drag" aria-hidden="true" onPointerDown={drag} />
    </div>
  );
}
