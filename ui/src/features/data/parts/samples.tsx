// Some of the rows that two versions do not share; of a changed row what each value was.
import type { Row, RowChange } from '../api';
import { show } from '../model';
import { useT } from '../text';
import { RowsTable } from './rows';

export function Samples({ samples, keys }: { samples: RowChange[]; keys: string }) {
  const t = useT();
  if (samples.length === 0) return null;
  const words = { added: t('added'), removed: t('removed'), changed: t('changed') };
  return (
    <section className="panel samples">
      <h2>{t('samples')}</h2>
      {(['changed', 'added', 'removed'] as const).map((kind) => {
        const shown = samples.filter((sample) => sample.change === kind);
        if (shown.length === 0) return null;
        const title = t('firstOf', { kind: words[kind], n: shown.length });
        return (
          <div key={kind}>
            <h3>{title}</h3>
            {kind === 'changed' ? (
              <Changed samples={shown} keys={keys.split(',').map((key) => key.trim())} label={title} />
            ) : (
              <RowsTable rows={shown.map((sample) => sample.after ?? sample.before ?? {})} label={title} />
            )}
          </div>
        );
      })}
    </section>
  );
}

const exact = (value: unknown) => (typeof value === 'number' ? String(value) : show(value));

/** The keys, and only columns in which something changed. */
export function changedColumns(samples: RowChange[], keys: string[]): string[] {
  const differs = (before: Row, after: Row, column: string) =>
    JSON.stringify(before[column] ?? null) !== JSON.stringify(after[column] ?? null);
  const all = [...new Set(samples.flatMap((sample) => Object.keys({ ...sample.before, ...sample.after })))];
  return all.filter(
    (column) =>
      keys.includes(column) || samples.some(({ before, after }) => before && after && differs(before, after, column)),
  );
}

function Changed({ samples, keys, label }: { samples: RowChange[]; keys: string[]; label: string }) {
  const columns = changedColumns(samples, keys);
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={label}>
      <table className="plain">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {samples.map((sample, at) => (
            <tr key={at}>
              {columns.map((column) => {
                const [before, after] = [exact(sample.before?.[column]), exact(sample.after?.[column])];
                return (
                  <td key={column} data-column={column}>
                    {before === after ? (
                      after
                    ) : (
                      <>
                        <del>{before}</del> → <ins>{after}</ins>
                      </>
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
