import { Link } from 'wouter';
import { useT } from '../../curves/text';
import { tablePath, type AllRows, type RowsState } from '../allrows';

/** Which runs of which filter are compared and, if not all are, which of how many, by which order. */
export function Source({ state, found }: { state: RowsState; found: AllRows }) {
  const t = useT();
  const column = state.sort.replace(/^-/, '');
  const order = state.sort === '' ? t('byStart') : t(state.sort.startsWith('-') ? 'byGreatest' : 'byLeast', { column });
  const isCut = found.total > found.runs.length;
  return (
    <p className={isCut ? 'rows-source warn' : 'rows-source'} role="status">
      {isCut ? t('rowsCut', { n: found.runs.length, total: found.total, order }) : t('rowsAll', { n: found.total })}{' '}
      {state.filter !== '' && <code>{state.filter}</code>}{' '}
      {state.tr !== '' && <span className="meta">{t('rowsTime', { range: state.tr })}</span>}{' '}
      <Link href={tablePath(state)}>{t('rowsTable')}</Link>
    </p>
  );
}
