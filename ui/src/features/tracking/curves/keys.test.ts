import { expect, it } from 'vitest';
import { plainChart } from '../../../kit/chart/state';
import { groupSystem, groupKeys, parseTable, systemTitle } from './keys';
import { bodyOf, toChart } from './series';

it('groups metrics by prefix, system last', () => {
  expect(groupKeys(['system/cpu', 'train/loss', 'auc', 'train/acc', '/odd', 'eval/a/b'])).toEqual([
    { prefix: '', keys: ['/odd', 'auc'] },
    { prefix: 'eval', keys: ['eval/a/b'] },
    { prefix: 'train', keys: ['train/acc', 'train/loss'] },
    { prefix: 'system', keys: ['system/cpu'] },
  ]);
});

it('reads tables as Python writes them', () => {
  // csv.writer(f).writerows([["a", 'say "x"', "p,q"], ["1", "two\nlines", ""]])
  expect(parseTable('a,"say ""x""","p,q"\r\n1,"two\nlines",\r\n', ',', 9)).toEqual([
    ['a', 'say "x"', 'p,q'],
    ['1', 'two\nlines', ''],
  ]);
  expect(parseTable('a\tb\n1\t2\n3\t4\n', '\t', 2)).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
  expect(parseTable('x', ',', 5)).toEqual([['x']]);
});

it('asks for what differs from the default only', () => {
  expect(bodyOf(plainChart, ['r'], 'loss', 500)).toEqual({ runs: ['r'], keys: ['loss'], x: 'step', points: 500 });
  const groups = [{ label: 'adam', runs: ['r'] }];
  const state = {
    ...plainChart,
    smooth: { kind: 'median', strength: 5 } as const,
    outliers: true,
    group: 'params.opt',
    zoom: { from: 10 },
  };
  expect(bodyOf(state, ['r'], 'loss', 500, groups)).toEqual({
    runs: ['r'],
    keys: ['loss'],
    x: 'step',
    points: 500,
    from: 10,
    smooth: { kind: 'median', strength: 5 },
    outliers: 0.01,
    groups: [{ runs: ['r'] }],
    band: 'ci',
  });
  expect(bodyOf({ ...plainChart, x: 'metric', xKey: 'epoch' }, ['r'], 'loss', 500)).toEqual({
    runs: ['r'],
    keys: ['loss'],
    x: 'metric',
    x_key: 'epoch',
    points: 500,
  });
  expect(bodyOf({ ...state, group: '' }, ['r'], 'loss', 500, groups)).not.toHaveProperty('groups');
});

it('names curves by run or by group', () => {
  const column = {
    first: [],
    min: [],
    max: [],
    last: [1],
    lo: [],
    hi: [],
    nan: [],
    infinite: 0,
    infinities: [],
    n: 1,
    total: 1,
    unplaced: 0,
    key: 'loss',
  };
  const answer = {
    x: [0],
    exact: true,
    from: 0,
    to: 0,
    whole: { lo: 0, hi: 0 },
    clipped: 0,
    lacking: 0,
    series: [
      { ...column, run: 'a' },
      { ...column, group: 3 },
    ],
  };
  const data = toChart(answer, (id) => ({ label: `<${id}>`, slot: 1 }), 9);
  expect(data.curves.map((curve) => [curve.id, curve.label, curve.slot])).toEqual([
    ['a', '<a>', 1],
    ['3', '<3>', 1],
  ]);
});

it('metrics of the machine have words, units and places', () => {
  expect(systemTitle('system/cpu_utilization_percentage')).toEqual({ title: 'CPU utilization', unit: '%' });
  expect(systemTitle('system/gpu_0_memory_usage_megabytes')).toEqual({ title: 'GPU 0 memory usage', unit: 'MB' });
  expect(systemTitle('system/load')).toEqual({ title: 'Load', unit: '' });
  const groups = groupSystem([
    'system/system_memory_usage_megabytes',
    'system/gpu_0_memory_usage_megabytes',
    'system/cpu_utilization_percentage',
    'loss',
    'system/fan',
  ]);
  expect(groups.map((one) => [one.group, one.keys.length])).toEqual([
    ['cpu', 1],
    ['memory', 1],
    ['gpu', 1],
    ['other', 1],
  ]);
});
