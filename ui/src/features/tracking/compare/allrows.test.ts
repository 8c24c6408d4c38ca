import { expect, it } from 'vitest';
import { readState, writeState } from '../../../kit/urlstate';
import { noRows, questionOf, rowsSchema, tablePath } from './allrows';

const link = 'experiments=3&filter=a+%3E+1+OR+b+%3D+%27x%2Cy%27&rows=all&sort=-metrics.auc&tr=1000..2000';

it('reads the question out of a link and writes it again', () => {
  const state = readState(rowsSchema, link);
  expect(questionOf(state, 0)).toEqual({
    experiments: ['3'],
    filter: "a > 1 OR b = 'x,y'",
    sort: ['-metrics.auc'],
    from_ms: 1000,
    to_ms: 2000,
  });
  expect(readState(rowsSchema, writeState(rowsSchema, '', state))).toEqual(state);
  expect(questionOf({ ...noRows, rows: 'all' }, 0)).toEqual({ filter: '', sort: [] });
});

it('leads back to the table', () => {
  expect(tablePath(readState(rowsSchema, link))).toBe(
    '/experiments/3?q=a+%3E+1+OR+b+%3D+%27x%2Cy%27&sort=-metrics.auc&tr=1000..2000',
  );
  expect(tablePath({ ...noRows, rows: 'all' })).toBe('/experiments');
});
