// What the server says of registered models (docs/formats/native_api.md).
import type { Schemas } from '../../api/schema';

export type ServedAt = Schemas['ServedAt'];
export type Model = Schemas['RegisteredModel'];
export type Version = Schemas['RegisteredVersion'];
export type Models = Schemas['RegisteredModelsAnswer'];
export type ModelAnswer = Schemas['RegisteredModelAnswer'];
export type Comparison = Schemas['ModelCompareAnswer'];
export type Compared = Schemas['ComparedVersion'];

/** Metrics of all versions, each key once, the most frequent first. */
export function metricKeys(versions: readonly Version[], most = 6): string[] {
  const counts = new Map<string, number>();
  for (const metric of versions.flatMap((version) => version.metrics))
    counts.set(metric.key, (counts.get(metric.key) ?? 0) + 1);
  return [...counts.entries()]
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .slice(0, most)
    .map(([key]) => key);
}
