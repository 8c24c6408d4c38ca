import { describe, expect, it } from 'vitest';
import { looksPasted, parseRecents, recentsMax, withRecent } from './recents';

describe('recents', () => {
  it('has the newest first and each path once', () => {
    let list = withRecent([], { title: 'a', path: '/runs/a' });
    list = withRecent(list, { title: 'b', path: '/runs/b' });
    list = withRecent(list, { title: 'a again', path: '/runs/a' });
    expect(list).toEqual([
      { title: 'a again', path: '/runs/a' },
      { title: 'b', path: '/runs/b' },
    ]);
  });
  it('keeps a limited number', () => {
    const many = Array.from({ length: 40 }, (_, at) => ({ title: `${at}`, path: `/runs/${at}` }));
    const list = many.reduce(withRecent, [] as { title: string; path: string }[]);
    expect(list.length).toBe(recentsMax);
    expect(list[0]?.title).toBe('39');
  });
  it('drops what is no recent', () => {
    expect(parseRecents('{')).toEqual([]);
    expect(parseRecents('{"a":1}')).toEqual([]);
    expect(
      parseRecents('[null, 3, {"title":"x"}, {"title":"y","path":"//evil"}, {"title":"z","path":"/home"}]'),
    ).toEqual([{ title: 'z', path: '/home' }]);
    expect(parseRecents('')).toEqual([]);
  });
});

describe('what looks pasted', () => {
  it.each([
    '01a2258e663ab6304e3f1aa2338add3e',
    '01a225',
    'ABCDEF12',
    'fraud@7',
    'fraud@champion',
    'models:/fraud/3',
    'runs:/01a225/model',
    'http://127.0.0.1:5000/#/experiments/1/runs/abc',
    '#/experiments/1',
    'rollout 3',
    'pipeline run #12',
    'incidents/4',
  ])('%s', (text) => {
    expect(looksPasted(text)).toBe(true);
  });
  it.each(['fraud', 'lr=0.01', 'best run', '12345', 'a', '> abort', '/datasets', 'dough flaky'])(
    '%s is typed',
    (text) => {
      expect(looksPasted(text)).toBe(false);
    },
  );
});
