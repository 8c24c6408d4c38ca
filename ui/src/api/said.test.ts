import { expect, test } from 'vitest';
import { makeForms } from './said.core';
import { saidZh } from './zh';

const formOf = makeForms(saidZh);
const inChinese = (sentence: string) => formOf(sentence) ?? sentence;

test('a sentence within a sentence', () => {
  expect(
    inChinese(
      'no evidence: ln E 0.18 that it is better, -0.18 that it is worse (bound 3.00), 1440 rows in 18 blocks of 3 windows',
    ),
  ).toBe('没有证据：“更好”的 ln E 为 0.18，“更差”的为 -0.18（界限 3.00）；3 个窗口的 18 个块中共 1440 行');
  expect(inChinese('it was not promoted: it has ended: aborted')).toBe('没有上线：已经结束：已中止');
});

test('the longest form is taken', () => {
  expect(
    inChinese('if blocks to come are like the 3 so far; max_windows allows 1 windows more, and 9 are needed'),
  ).toContain('还允许 1 个窗口');
  expect(inChinese('its conditions held for 2 of 3 windows')).toBe('条件已在 3 个窗口中的 2 个成立');
});

test('what people wrote stays', () => {
  expect(inChinese('trained on sixty rows more')).toBe('trained on sixty rows more');
  expect(inChinese("there is no dataset 'better'")).toBe('没有数据集“better”');
});

test('of a list each part is said, and what a field may be stays', () => {
  expect(inChinese("param 'lr': 0.1 → 0.2; the command changed; dep 'a.csv' is new")).toBe(
    '参数 “lr”：0.1 → 0.2；命令有变化；新增文件 “a.csv”',
  );
  expect(inChinese("'train' was skipped, 'prep' failed")).toBe('“train”已跳过，“prep”失败');
  expect(inChinese("'view' must be active, deleted or all, not 'x'")).toBe(
    '“view”必须是 active、deleted 或 all，而不是“x”',
  );
  expect(inChinese("'after': '-1' must begin with metrics., params., tags., attributes. or dataset.")).toBe(
    '“after”：“-1”必须以 metrics.、params.、tags.、attributes. 或 dataset. 开头',
  );
});

test('what stands in front of a colon is told too', () => {
  expect(inChinese("'filter': position 11: found the end, expected a name")).toBe(
    '“filter”：位置 11：到此结束，缺少名称',
  );
  expect(inChinese('\'n\' must be a whole number of 64 bits, not "x"')).toBe('“n”必须是 64 位整数，而不是 "x"');
  expect(inChinese('opening /data/x: No such file or directory')).toBe('打开 /data/x：没有该文件或目录');
});

test('long lists and long texts take no time', () => {
  const began = performance.now();
  for (let at = 0; at < 300; at += 1) {
    const names = Array.from({ length: 60 }, (_, name) => `column_${name}_${at}`).join(', ');
    expect(inChinese(`there is no monitor 'm${at}'; there are: ${names}`)).toContain(`没有监控“m${at}”`);
  }
  inChinese(`a: b, c; d 'e' f `.repeat(500));
  inChinese(Array.from({ length: 100 }, (_, at) => `param 'p${at}': ${at} → ${at + 1}`).join('; '));
  expect(performance.now() - began).toBeLessThan(4500);
});

test('no pattern stands twice, and every form takes what its sentence gives', () => {
  const known = new Set<string>();
  const wrong = saidZh.filter(([en, zh]) => {
    const isAgain = known.has(en);
    known.add(en);
    const given = en.match(/\{[^{}]*\}/g)?.length ?? 0;
    const taken = [...zh.matchAll(/\{(\d?)\}/g)].map((match) => match[1] ?? '');
    const isNumbered = taken.length > 0 && taken.every((number) => number !== '' && Number(number) <= given);
    const isInOrder = taken.every((number) => number === '') && taken.length === given;
    const leavesOut = /\{[^{}]*[|?]/.test(en); // A word may be said otherwise.
    return (
      isAgain ||
      !(isInOrder || (isNumbered && (leavesOut || taken.length === given))) ||
      /^[^\u4e00-\u9fff]*[a-z]{3}[^\u4e00-\u9fff]*$/i.test(zh)
    );
  });
  expect(wrong).toEqual([]);
});
