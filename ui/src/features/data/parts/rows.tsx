// Rows of a table as they are, few of them.
import type { Row } from '../api';
import { show } from '../model';

export function RowsTable({ rows, label }: { rows: Row[]; label: string }) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={label}>
      <table className="plain">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} className={typeof rows[0]?.[column] === 'number' ? 'number' : ''}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {columns.map((column) => {
                const value = row[column];
                return (
                  <td
                    key={column}
                    className={typeof value === 'number' ? 'number' : ''}
                    title={typeof value === 'string' ? value : undefined}
                  >
                    {value === null || value === undefined ? (
                      <span className="muted">–</span>
                    ) : typeof value === 'number' ? (
                      String(value)
                    ) : (
                      show(value)
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
