// What the page of a model computes of its versions. Pure.
import type { LinePoint } from '../../kit/lines';
import type { Model, Version } from './api';

/** The version that others are measured against: the alias `champion`, else what answers as `main`; null: none. */
export function championOf(model: Model): number | null {
  const alias = model.aliases.find((one) => one.alias === 'champion');
  return alias?.version ?? model.served.find((one) => one.variant === 'main')?.version ?? null;
}

export function valueOf(version: Version | undefined, key: string): number | null {
  const value = version?.metrics.find((metric) => metric.key === key)?.value;
  const number = Number(value);
  return value === undefined || !Number.isFinite(number) ? null : number;
}

/** A metric over versions, oldest first. */
export function pointsOf(versions: readonly Version[], key: string): LinePoint[] {
  return [...versions]
    .sort((a, b) => a.version - b.version)
    .map((version) => ({ x: version.version, y: valueOf(version, key) }));
}

/** An axis with room around its values; of one value, around it. */
export function spanOf(values: readonly number[]): { from: number; to: number } {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = most > least ? (most - least) * 0.1 : Math.abs(most) * 0.1 || 1;
  return { from: least - room, to: most + room };
}

/** At most `most` whole numbers of them, the last one included. */
export function named(versions: readonly number[], most = 12): number[] {
  const sorted = [...versions].sort((a, b) => a - b);
  const step = Math.max(1, Math.ceil(sorted.length / most));
  return sorted.filter((_, at) => (sorted.length - 1 - at) % step === 0);
}

/** Which two are compared: as asked; else the champion with the newest other one, or the newest two. */
export function pairOf(
  versions: readonly Version[],
  champion: number | null,
  asked: { a: number; b: number },
): { a: number; b: number } | null {
  const numbers = versions.map((version) => version.version).sort((a, b) => b - a);
  if (asked.a > 0 && asked.b > 0) return asked;
  const base = asked.a > 0 ? asked.a : champion !== null && numbers.length > 1 ? champion : numbers[1];
  const other = asked.b > 0 ? asked.b : numbers.find((number) => number !== base);
  return base === undefined || other === undefined ? null : { a: base, b: other };
}
