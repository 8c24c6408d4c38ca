import { expect, test } from 'vitest';
import { fill, namesIn } from './text';

test('values and plurals', () => {
  expect(fill('{n|one run|# runs} of {who}', { n: 1, who: 'Ada' }, 'en')).toBe('one run of Ada');
  expect(fill('{n|one run|# runs}', { n: 12_345 }, 'en')).toBe('12,345 runs');
  expect(fill('{n|# 个运行|# 个运行}', { n: 1 }, 'zh')).toBe('1 个运行');
  expect(fill('{missing} stays', {}, 'en')).toBe('{missing} stays');
});

const files = import.meta.glob<Record<string, Record<string, string>>>('../**/text.{en,zh}.ts', { eager: true });

test('both languages have the same keys and want the same values', () => {
  const english = Object.keys(files).filter((path) => path.endsWith('.en.ts'));
  expect(english.length).toBeGreaterThan(0);
  for (const path of english) {
    const en = files[path]?.['en'] ?? {};
    const zh = files[path.replace('.en.ts', '.zh.ts')]?.['zh'] ?? {};
    expect(Object.keys(zh).sort(), path).toEqual(Object.keys(en).sort());
    for (const [key, words] of Object.entries(en)) {
      expect(namesIn(zh[key] ?? ''), `${path}: ${key}`).toEqual(namesIn(words));
      expect((zh[key] ?? '').trim(), `${path}: ${key}`).not.toBe('');
    }
  }
});
