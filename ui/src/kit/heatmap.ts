// What is pure of the heat map: levels of colour and where keys lead.

/** Ends of the levels, in thresholds: the first four are within, the last three beyond. */
export const levelEnds = [0.25, 0.5, 0.75, 1, 2, 4] as const;

/** 1 to 7, by how large a value is against its limit. */
export function levelOf(value: number, limit: number): number {
  const ratio = limit > 0 ? value / limit : Infinity;
  const at = levelEnds.findIndex((end) => ratio <= end);
  return at < 0 ? levelEnds.length + 1 : at + 1;
}

export type Place = { row: number; column: number };

/** Where a key leads from a cell; null: it is none of the grid's. */
export function moved(key: string, from: Place, rows: number, columns: number, ctrl = false): Place | null {
  const within = (row: number, column: number): Place => ({
    row: Math.min(rows - 1, Math.max(0, row)),
    column: Math.min(columns - 1, Math.max(0, column)),
  });
  switch (key) {
    case 'ArrowUp':
      return within(from.row - 1, from.column);
    case 'ArrowDown':
      return within(from.row + 1, from.column);
    case 'ArrowLeft':
      return within(from.row, from.column - 1);
    case 'ArrowRight':
      return within(from.row, from.column + 1);
    case 'PageUp':
      return within(from.row - 10, from.column);
    case 'PageDown':
      return within(from.row + 10, from.column);
    case 'Home':
      return within(ctrl ? 0 : from.row, 0);
    case 'End':
      return within(ctrl ? rows - 1 : from.row, columns - 1);
    default:
      return null;
  }
}

/** Every how many columns a name fits, if each is `cell` wide and a name `name`. */
export function everyNth(cell: number, name: number): number {
  const least = Math.max(1, Math.ceil(name / cell));
  return [1, 2, 5, 10, 20, 50, 100, 200].find((step) => step >= least) ?? least;
}
