// The heat map as rows of CSV: one for each column and window. Pure.
import type { Heatmap } from '../api';

const quoted = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** A text that a spreadsheet would take for a formula stays a text. */
const safe = (value: string): string => quoted(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);

export function heatCsv(heatmap: Heatmap): string {
  const lines = ['column,window,from,to,state,rows,rows_min,measure,distance,threshold,beyond,alarm'];
  for (const column of heatmap.columns) {
    heatmap.windows.forEach((window, at) => {
      const distance = column.distances[at];
      const has = distance !== null && distance !== undefined;
      lines.push(
        [
          safe(column.column),
          window.window,
          window.from,
          window.to,
          window.state,
          window.rows,
          column.rows_min,
          heatmap.measure,
          has ? distance : '',
          column.threshold,
          has ? column.beyond[at] : '',
          has ? column.alarms[at] : '',
        ].join(','),
      );
    });
  }
  return `${lines.join('\n')}\n`;
}
