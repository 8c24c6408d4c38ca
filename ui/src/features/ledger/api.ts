// What `why`, `lineage` and `event-facets` answer (docs/formats/native_api.md).
import type { Schemas } from '../../api/schema';

export type Link = Schemas['WhyLink'];
export type Chain = Schemas['WhyAnswer'];
export type Prediction = Schemas['PredictionAnswer'];
export type Facets = Schemas['EventFacets'];
export type LineageNode = Schemas['LineageNode'];
export type Lineage = Schemas['LineageAnswer'];
export type EventsAnswer = Schemas['EventsAnswer'];

/** The page that shows what a link names; null: there is none, or its text does not say which. */
export function pathOfLink(link: Link): string | null {
  if (link.gap && link.what !== 'gate') return null;
  const named = /^'[^']*' of endpoint '([^']+)'/.exec(link.text);
  const version = /^([^@\s]+)@(\d+)/.exec(link.text);
  const run = / of run (\d+) of pipeline /.exec(link.text);
  switch (link.what) {
    case 'prediction':
      return `/lineage/prediction/${link.id}`;
    case 'variant':
      return named?.[1] ? `/endpoints/${encodeURIComponent(named[1])}` : null;
    case 'model version':
      return version?.[1] ? `/models/${encodeURIComponent(version[1])}?version=${version[2]}` : null;
    case 'run':
      return `/runs/${link.id}`;
    case 'job':
    case 'gate':
      return run?.[1] ? `/pipeline-runs/${run[1]}` : null;
    case 'dataset':
      return version?.[1] ? `/datasets/${encodeURIComponent(version[1])}?v=${version[2]}` : null;
    default:
      return null;
  }
}
