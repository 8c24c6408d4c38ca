// Tables for other programs (RFC 4180). Pure.
export type Cell = string | number | null;

/** Texts that a spreadsheet would run as a formula begin with an apostrophe. */
export function csvOf(lines: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell) => {
    if (value === null) return '';
    const written = typeof value === 'string' && isFormula(value) ? `'${value}` : String(value);
    return /[",\n\r]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
  };
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

const isFormula = (value: string) => /^[=+\-@\t]/.test(value) && Number.isNaN(Number(value));
