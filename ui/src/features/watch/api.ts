// What the native API answers of monitors, alerts and incidents (docs/formats/native_api.md): the generated types;
// their numbers are finite.
import type { Finite } from '../../api/finite';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type MonitorSettings = Finite<Schemas['MonitorSettings']>;
export type Monitor = Finite<Schemas['Monitor']>;
export type MonitorsAnswer = Finite<Schemas['MonitorsAnswer']>;
export const windowStates = ['complete', 'closed', 'late', 'open'] as const;
export type AccuracyWindow = Finite<Schemas['AccuracyWindow']>;
export type Accuracy = Finite<Schemas['Accuracy']>;
export type SlicesAnswer = Finite<Schemas['WindowsAnswer']>;

export type HeatmapWindow = Finite<Schemas['HeatmapWindow']>;
export type HeatmapColumn = Omit<Finite<Schemas['HeatmapColumn']>, 'distances' | 'beyond' | 'alarms'> & {
  distances: (number | null)[];
  beyond: boolean[];
  alarms: boolean[];
};
export type Heatmap = Omit<Finite<Schemas['Heatmap']>, 'columns'> & { columns: HeatmapColumn[] };
export type FeatureBin = Finite<Schemas['FeatureBin']>;
export type Feature = Finite<Schemas['Feature']>;

export type ReferenceAnswer = Finite<Schemas['ReferenceAnswer']>;
export type MonitorReference = Finite<Schemas['MonitorReference']>;
export type MonitorReferenceAnswer = Finite<Schemas['MonitorReferenceAnswer']>;
export type DatasetsAnswer = Finite<Schemas['DatasetsAnswer']>;
export type DatasetVersionsAnswer = Finite<Schemas['DatasetVersionsAnswer']>;
export type StartedRun = Finite<Schemas['StartedRun']>;
export type Trigger = Finite<Schemas['PipelineTrigger']>;
export type TriggersAnswer = Finite<Schemas['TriggersAnswer']>;

/** Most urgent first. */
export const alertStates = ['firing', 'pending', 'resolved', 'inactive'] as const;
export type AlertState = (typeof alertStates)[number];
export type Alert = Finite<Schemas['Alert']>;
export type RuleSettings = Alert['settings'];
export type AlertPreview = Finite<Schemas['AlertPreview']>;
export type AlertsAnswer = Finite<Schemas['AlertsAnswer']>;
export type Candidate = Finite<Schemas['Candidate']>;
export type IncidentAlert = Finite<Schemas['AlertOfIncident']>;
export type Incident = Finite<Schemas['Incident']>;
export type IncidentsAnswer = Finite<Schemas['IncidentsAnswer']>;
export type IncidentAnswer = Finite<Schemas['IncidentAnswer']>;

/** As the server's: below it a candidate is listed and not suspected. */
export const listedOnly = 0.2;
