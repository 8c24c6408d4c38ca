import { expect, it } from 'vitest';
import type { DiffAnswer } from '../curves/api';
import { betterOf, boxColumns, groupings, groupsBy, labelsOf, linesOf, metricsOf, usualColumns } from './model';

const answer: DiffAnswer = {
  runs: [
    { id: 'aa000001', name: 'red' },
    { id: 'aa000002', name: 'red' },
    { id: 'aa000003', name: 'blue' },
  ],
  baseline: 'aa000001',
  same: 0,
  has_more: false,
  rows: [
    { group: 'attribute', key: 'user', values: ['ada', 'ada', 'ada'], same: true },
    { group: 'param', key: 'lr', values: ['10', '9', null], same: false },
    { group: 'param', key: 'opt', values: ['adam', 'sgd', 'adam'], same: false },
    { group: 'metric', key: 'auc', values: [0.9, null, 0.8], same: false },
    { group: 'metric', key: 'loss', values: [1, 1, 1], same: true },
  ],
};

it('tells equal names apart', () =>
  expect([...labelsOf(answer).values()]).toEqual(['red 000001', 'red 000002', 'blue']));
it('lists metrics of any run', () => expect(metricsOf(answer)).toEqual(['loss', 'auc']));
it('begins with axes that differ', () =>
  expect(usualColumns(answer)).toEqual(['params.lr', 'params.opt', 'metrics.auc']));
it('groups by values that runs share', () => {
  expect(groupings(answer)).toEqual(['param.opt']);
  expect(groupsBy(answer, 'param.opt', '-')).toEqual([
    { label: 'opt = adam', runs: ['aa000001', 'aa000003'] },
    { label: 'opt = sgd', runs: ['aa000002'] },
  ]);
  expect(groupsBy(answer, 'param.lr', '(none)').map((group) => group.label)).toEqual([
    'lr = (none)',
    'lr = 9',
    'lr = 10',
  ]);
  expect(groupsBy(answer, 'param.gone', '-')).toEqual([]);
});
it('offers shared values as categories, metrics as values', () =>
  expect(boxColumns(answer)).toEqual({
    categories: ['params.lr', 'params.opt', 'attributes.user'],
    values: ['metrics.auc', 'metrics.loss'],
  }));
it('knows what is better by its name', () => {
  expect(['metrics.val_loss', 'attributes.duration_ms', 'metrics.RMSE', 'params.n_tokens'].map(betterOf)).toEqual(
    Array(4).fill('min'),
  );
  expect(['metrics.auc', 'metrics.accuracy'].map(betterOf)).toEqual(['max', 'max']);
});
it('shows what differs, or all, by name', () => {
  expect(linesOf(answer, {}, false, '').map((line) => line.key)).toEqual(['lr', 'opt', 'auc']);
  expect(linesOf(answer, {}, true, 'O').map((line) => line.key)).toEqual(['opt', 'loss']);
});
