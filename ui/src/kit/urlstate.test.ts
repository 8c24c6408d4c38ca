import { expect, test } from 'vitest';
import {
  choice,
  expandView,
  flag,
  idOfView,
  list,
  number,
  readState,
  rememberView,
  splitView,
  text,
  writeState,
} from './urlstate';

const schema = {
  q: text(''),
  cols: list(['a']),
  sort: text('-start'),
  log: flag(),
  tab: choice(['overview', 'charts'], 'overview'),
  smooth: number(0.6),
};

test('defaults are left out and equal views have equal URLs', () => {
  expect(writeState(schema, '', { q: '', sort: '-start', smooth: 0.6 })).toBe('');
  const one = writeState(schema, writeState(schema, '', { q: 'x' }), { tab: 'charts' });
  const other = writeState(schema, writeState(schema, '', { tab: 'charts' }), { q: 'x' });
  expect(one).toBe('q=x&tab=charts');
  expect(other).toBe(one);
});

test('what cannot be read is dropped, and strangers stay', () => {
  expect(readState(schema, 'tab=nowhere&smooth=much&log=2&%E0%A4%A=1')).toEqual(readState(schema, ''));
  expect(writeState(schema, 'peek=run:1&tab=charts', { tab: 'overview' })).toBe('peek=run:1');
});

// A seeded generator, so that a failure can be repeated.
function random(seed: number) {
  return () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return seed / 4_294_967_296;
  };
}

test('any state survives its URL', () => {
  const next = random(7);
  const letters = [...'ab ,\\&=#?%+"\'()中文é<>|/:;\n'];
  const word = () =>
    Array.from({ length: Math.floor(next() * 8) }, () => letters[Math.floor(next() * letters.length)]).join('');
  for (let round = 0; round < 2000; ++round) {
    const state = {
      q: word(),
      cols: Array.from({ length: Math.floor(next() * 4) }, word),
      sort: word(),
      log: next() > 0.5,
      tab: next() > 0.5 ? ('charts' as const) : ('overview' as const),
      smooth: Math.round(next() * 1e6) / 1e3,
    };
    const columns = state.cols.length === 1 && state.cols[0] === '' ? [] : state.cols; // One empty name is none.
    expect(readState(schema, writeState(schema, '', state))).toEqual({ ...state, cols: columns });
  }
});

test('a view stands for its state, and a change of it is a state again', () => {
  const state = writeState({ q: text(), tags: list() }, '', { q: 'auc > 0.9', tags: ['a,b', 'c'] });
  rememberView('abc', state);
  expect(idOfView(state)).toBe('abc');
  const whole = expandView('view=abc&peek=run:1');
  expect(readState({ q: text(), tags: list(), peek: text() }, whole)).toEqual({
    q: 'auc > 0.9',
    tags: ['a,b', 'c'],
    peek: 'run:1',
  });
  expect(splitView(whole)).toEqual({ state, rest: 'peek=run:1' });
  expect(expandView('view=unknown&q=1')).toBe('view=unknown&q=1');
});
