// The frame of pictures that are no curves: what is said below, the same as a table, and what can be taken along.
import './chart.css';
import { useId, useState } from 'react';
import { formatMetric } from '../number';
import { csvOf, type Cell } from './csv';
import { ExportMenu, TableToggle, type Exports } from './export';
import { useT } from './text';

const rowsMax = 500;

export type FramedProps = Omit<Exports, 'csv'> & {
  className: string;
  head: readonly string[]; // Of the table and the CSV file.
  lines: readonly (readonly Cell[])[];
  said: React.ReactNode;
  children: (tableId: string) => React.ReactNode; // The picture: its aria-details name the table's button.
};

export function Framed({ className, head, lines, said, children, svg, png, ...exports }: FramedProps) {
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className={`framed ${className}`}>
      {asTable ? <Lines title={exports.title} head={head} lines={lines} /> : children(id)}
      <figcaption className="chart-foot">
        <span className="chart-said">{said}</span>
        <TableToggle id={id} title={exports.title} asTable={asTable} onTable={setAsTable} />
        <ExportMenu
          {...exports}
          csv={() => csvOf([head, ...lines])}
          {...(svg && !asTable ? { svg } : {})}
          {...(png && !asTable ? { png } : {})}
        />
      </figcaption>
    </figure>
  );
}

function Lines({ title, head, lines }: { title: string; head: readonly string[]; lines: FramedProps['lines'] }) {
  const t = useT();
  const isNumber = head.map((_, at) => lines.some((line) => typeof line[at] === 'number'));
  return (
    <div className="chart-table scroll-x" tabIndex={0} role="region" aria-label={title}>
      <table className="plain">
        <thead>
          <tr>
            {head.map((name, at) => (
              <th key={`${at} ${name}`} scope="col" className={isNumber[at] ? 'number' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, rowsMax).map((line, row) => (
            <tr key={row}>
              {line.map((cell, at) => (
                <td key={at} className={isNumber[at] ? 'number' : ''} title={cell === null ? '' : String(cell)}>
                  {typeof cell === 'string' ? cell : formatMetric(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length > rowsMax && <p className="meta">{t('rowsShown', { n: rowsMax, total: lines.length })}</p>}
    </div>
  );
}
