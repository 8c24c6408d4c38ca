import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDelta,
  formatDuration,
  formatMetric,
  formatPoints,
  formatShare,
  formatAgo,
  formatTime,
} from './number';
import { setSettings } from './settings';

test.each([
  [0.914_76, '0.9148'],
  [1.33e-5, '1.330e-5'],
  [0, '0'],
  [-0.5, '−0.5000'],
  [12, '12'],
  [1234.5678, '1235'],
  [123_456, '123 456'],
  [12_345.6, '12 346'],
  ['NaN', 'NaN'],
  ['Infinity', '+∞'],
  ['-Infinity', '−∞'],
  [null, '–'],
  [undefined, '–'],
  ['0.25', '0.2500'],
])('metric %s is written %s', (value, shown) => expect(formatMetric(value)).toBe(shown));

test.each([
  [99_999, '99 999'],
  [123_456, '123 k'],
  [4_560_000, '4.56 M'],
  [7, '7'],
  [-12, '−12'],
])('count %s is written %s', (value, shown) => expect(formatCount(value)).toBe(shown));

test.each([
  [0.0005, '0.05 %'],
  [0.000_05, '50 ppm'],
  [1, '100.00 %'],
  [0, '0.00 %'],
  [-0.1, '−10.00 %'],
])('share %s is written %s', (value, shown) => expect(formatShare(value)).toBe(shown));

test('differences carry their sign', () => {
  expect(formatPoints(0.0123)).toBe('+1.23 pp');
  expect(formatPoints(-0.5)).toBe('−50.00 pp');
  expect(formatDelta(0.25)).toBe('+0.2500');
  expect(formatDelta(-2)).toBe('−2');
});

test.each([
  [840, '840 ms', '840 毫秒'],
  [12_400, '12.4 s', '12.4 秒'],
  [185_000, '3 m 05 s', '3 分 05 秒'],
  [8_040_000, '2 h 14 m', '2 小时 14 分'],
  [273_600_000, '3 d 4 h', '3 天 4 小时'],
  [59_960, '1 m 00 s', '1 分 00 秒'],
])('duration %s is %s and %s', (ms, en, zh) => {
  expect(formatDuration(ms, 'en')).toBe(en);
  expect(formatDuration(ms, 'zh')).toBe(zh);
});

test('bytes are in powers of 1024', () => {
  expect(formatBytes(1023)).toBe('1023 B');
  expect(formatBytes(1.4 * 1024 ** 3)).toBe('1.40 GiB');
});

test('times are relative below a day, else exact, in the language and zone chosen', () => {
  setSettings({ language: 'en', zone: 'UTC' });
  const now = Date.UTC(2026, 10, 24, 15, 25);
  expect(formatAgo(now - 7_200_000, now)).toBe('2 hours ago');
  expect(formatAgo(now - 90_000_000, now)).toBe('2026-11-23 14:25');
  expect(formatTime(now, true)).toBe('2026-11-24 15:25:00');
  setSettings({ language: 'zh' });
  expect(formatAgo(now - 7_200_000, now)).toBe('2小时前');
  setSettings({ language: 'en', zone: 'local' });
});
