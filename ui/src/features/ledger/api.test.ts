import { describe, expect, it } from 'vitest';
import { pathOfLink, type Link } from './api';

const link = (what: string, text: string, more: Partial<Link> = {}): Link => ({
  what,
  id: 'f'.repeat(32),
  text,
  gap: false,
  actor: '',
  digest: '',
  check: '',
  because: '',
  ...more,
});

describe('where a link of a chain leads', () => {
  // Texts as `galley why` and `galley lineage --down` print them.
  it.each([
    ['prediction', "row 2 of 3 asked of endpoint 'bare'", `/lineage/prediction/${'f'.repeat(32)}`],
    ['variant', "'main' of endpoint 'juice', 12 predictions", '/endpoints/juice'],
    ['model version', 'orange-juice@1', '/models/orange-juice?version=1'],
    ['run', 'of bare (experiment 0)', `/runs/${'f'.repeat(32)}`],
    ['job', "'train[xgboost]' of run 1 of pipeline kitchen, started by administrator (manual)", '/pipeline-runs/1'],
    ['gate', "'gate' of run 12 of pipeline kitchen let it pass: orange-juice@1", '/pipeline-runs/12'],
    ['dataset', "sales.daily@60, 52811 rows, checks: passed; read by 'weeks'", '/datasets/sales.daily?v=60'],
  ])('%s', (what, text, path) => expect(pathOfLink(link(what, text))).toBe(path));
  it('leads nowhere from a gap, parameters and a commit', () => {
    expect(pathOfLink(link('run', 'the model version names no run', { gap: true, id: '' }))).toBeNull();
    expect(pathOfLink(link('parameters', 'depth=4'))).toBeNull();
    expect(pathOfLink(link('commit', 'a'.repeat(40)))).toBeNull();
  });
});
