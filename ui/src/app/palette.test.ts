import { describe, expect, it } from 'vitest';
import { asked, fits, tagsOf } from './palette.text';

describe('what is typed into the palette', () => {
  it('says by its first sign what is looked for', () => {
    expect(asked(' >stop ')).toEqual({ mode: 'actions', wanted: 'stop' });
    expect(asked('/ mon')).toEqual({ mode: 'pages', wanted: 'mon' });
    expect(asked('@ana')).toEqual({ mode: 'people', wanted: 'ana' });
    expect(asked('#team=a b')).toEqual({ mode: 'tags', wanted: 'team=a b' });
    expect(asked('fraud')).toEqual({ mode: 'all', wanted: 'fraud' });
    expect(asked('')).toEqual({ mode: 'all', wanted: '' });
  });
  it('takes a fragment that a client printed for an address', () => {
    expect(asked('#/experiments/1')).toEqual({ mode: 'all', wanted: '#/experiments/1' });
  });
  it('fits in any order and case', () => {
    expect(fits('', 'Abort')).toBe(true);
    expect(fits('rollout ABORT', 'Abort', 'the rollout ends')).toBe(true);
    expect(fits('abort promote', 'Abort')).toBe(false);
  });
});

describe('tags', () => {
  const column = (key: string, runs: number, top: [string | number, number][]) => ({
    key,
    kind: 'tag',
    type: 'text',
    runs,
    total: 10,
    distinct: top.length,
    histogram: [],
    top: top.map(([value, count]) => ({ value, count })),
  });
  const columns = [
    column('tags.mlflow.user', 10, [['ana', 10]]),
    column('tags.team', 5, [
      ['dough', 3],
      ["o'clock", 2],
    ]),
    column('tags.size of oven', 1, [[3, 1]]),
  ];
  it('are keys and values, the most frequent first, those of clients last', () => {
    expect(tagsOf(columns, '').map((tag) => [tag.name, tag.value, tag.runs])).toEqual([
      ['team', null, 5],
      ['team', 'dough', 3],
      ['team', "o'clock", 2],
      ['size of oven', null, 1],
      ['size of oven', '3', 1],
      ['mlflow.user', null, 10],
      ['mlflow.user', 'ana', 10],
    ]);
  });
  it('lead to filters that mean them', () => {
    const filters = (wanted: string) => tagsOf(columns, wanted).map((tag) => tag.filter);
    expect(filters('team=o')).toEqual(["tags.team = 'o''clock'"]);
    expect(filters('oven')).toEqual(['tags.`size of oven` IS NOT NULL', 'tags.`size of oven` = 3']);
    expect(filters('none')).toEqual([]);
  });
  it('are at most so many', () => {
    expect(tagsOf(columns, '', 2)).toHaveLength(2);
  });
});
