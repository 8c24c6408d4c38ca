// How numbers, sizes, durations and times are written: one rule each, for every page.
import { getSettings } from './settings';
import { localeOf } from './text';

/** A number that JSON could not hold comes as text: "NaN", "Infinity", "-Infinity". */
export type Figure = number | string | null | undefined;

export function toNumber(value: Figure): number | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'number') return value;
  if (value === 'NaN') return NaN;
  if (value === 'Infinity') return Infinity;
  if (value === '-Infinity') return -Infinity;
  const parsed = Number(value);
  return Number.isNaN(parsed) ? null : parsed;
}

function special(value: number): string | null {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+∞';
  if (value === -Infinity) return '−∞';
  return null;
}

const minus = (text: string) => text.replace(/^-/, '−');

/** A metric: 4 significant digits; below 1e-4 scientific; a missing one is an en dash. */
export function formatMetric(figure: Figure, digits = 4): string {
  const value = toNumber(figure);
  if (value === null) return '–';
  const said = special(value);
  if (said !== null) return said;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e9) return minus(value.toExponential(digits - 1).replace('e+', 'e'));
  if (Number.isInteger(value)) return minus(value.toLocaleString('en-US').replaceAll(',', ' '));
  if (size >= 10 ** digits) return minus(Math.round(value).toLocaleString('en-US').replaceAll(',', ' '));
  return minus(value.toPrecision(digits));
}

/** A count: 12 345 up to five digits, then 123 k, 4.56 M. */
export function formatCount(figure: Figure): string {
  const value = toNumber(figure);
  if (value === null) return '–';
  const said = special(value);
  if (said !== null) return said;
  const size = Math.abs(value);
  if (size < 100_000) return minus(value.toLocaleString('en-US').replaceAll(',', ' '));
  const units: [number, string][] = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ];
  for (const [unit, name] of units) {
    if (size >= unit) return minus(`${Number((value / unit).toPrecision(3))} ${name}`);
  }
  return String(value);
}

/** A share of 1 as per cent with two decimals, below 0.01 % as ppm. */
export function formatShare(figure: Figure, decimals = 2): string {
  const value = toNumber(figure);
  if (value === null) return '–';
  const said = special(value);
  if (said !== null) return said;
  if (value !== 0 && Math.abs(value) < 1e-4) return `${formatMetric(value * 1e6, 3)} ppm`;
  return minus(`${(value * 100).toFixed(decimals)} %`);
}

/** A difference of shares, in percentage points, always with its sign. */
export function formatPoints(figure: Figure): string {
  const value = toNumber(figure);
  if (value === null) return '–';
  return `${value > 0 ? '+' : ''}${minus((value * 100).toFixed(2))} pp`;
}

export function formatDelta(figure: Figure, digits = 4): string {
  const value = toNumber(figure);
  if (value === null) return '–';
  return `${value > 0 ? '+' : ''}${formatMetric(value, digits)}`;
}

export function formatBytes(figure: Figure): string {
  const value = toNumber(figure);
  if (value === null) return '–';
  let rest = value;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
    if (Math.abs(rest) < 1024) return `${unit === 'B' ? rest : rest.toPrecision(3)} ${unit}`;
    rest /= 1024;
  }
  return `${rest.toPrecision(3)} TiB`;
}

const pad = (value: number) => String(value).padStart(2, '0');

/** 840 ms · 12.4 s · 3 m 05 s · 2 h 14 m · 3 d 4 h; in Chinese 3 分 05 秒. */
export function formatDuration(ms: number | null | undefined, language = getSettings().language): string {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return '–';
  const zh = language === 'zh';
  const [d, h, m, s, milli] = zh ? ['天', '小时', '分', '秒', '毫秒'] : ['d', 'h', 'm', 's', 'ms'];
  const size = Math.max(0, ms);
  if (size < 1000) return `${Math.round(size)} ${milli}`;
  if (size < 59_950) return `${(size / 1000).toFixed(1)} ${s}`;
  const seconds = Math.round(size / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} ${m} ${pad(seconds % 60)} ${s}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} ${h} ${pad(minutes % 60)} ${m}`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} ${d} ${hours % 24} ${h}`;
}

/** 2026-11-24 15:25, in the zone of the settings; with `seconds` to the second. */
export function formatTime(ms: number | null | undefined, seconds = false): string {
  if (ms === null || ms === undefined) return '–';
  const date = new Date(ms);
  const utc = getSettings().zone === 'UTC';
  const get = (local: number, zoned: number) => pad(utc ? zoned : local);
  const day =
    `${utc ? date.getUTCFullYear() : date.getFullYear()}-` +
    `${get(date.getMonth() + 1, date.getUTCMonth() + 1)}-${get(date.getDate(), date.getUTCDate())}`;
  const time = `${get(date.getHours(), date.getUTCHours())}:${get(date.getMinutes(), date.getUTCMinutes())}`;
  return `${day} ${time}${seconds ? `:${get(date.getSeconds(), date.getUTCSeconds())}` : ''}`;
}

/** "12 minutes ago" below a day, else the time itself. */
export function formatAgo(ms: number | null | undefined, now: number): string {
  if (ms === null || ms === undefined) return '–';
  const { language } = getSettings();
  const passed = now - ms;
  if (Math.abs(passed) >= 86_400_000) return formatTime(ms);
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ];
  const relative = new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto' });
  for (const [unit, size] of units) {
    if (Math.abs(passed) >= size) return relative.format(-Math.trunc(passed / size), unit);
  }
  return relative.format(0, 'second');
}
