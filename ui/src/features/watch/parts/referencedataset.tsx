// A dataset version as reference: by default the one that the endpoint's champion was trained on.
import { useState } from 'react';
import { Select } from '@mantine/core';
import { useApi } from '../../../api/client';
import { formatCount } from '../../../kit/number';
import type { DatasetsAnswer, DatasetVersionsAnswer, MonitorReferenceAnswer } from '../api';
import { useT } from '../text';

export type Table = { dataset: string; version: number };
export type Tables = {
  names: { name: string; latest: number }[];
  trained: Table[];
  value: Table | null; // Null: there is no table here.
  choose: (table: Table) => void;
};

const combobox = { size: 'xs', allowDeselect: false, comboboxProps: { withinPortal: false } } as const;
const versionsMax = 200;

export function nameOf({ dataset, version }: Table): string {
  return `${dataset}@${version}`;
}

/** What there is to choose from, once somebody wants to. */
export function useTables(monitor: string, enabled: boolean): Tables {
  const [chosen, choose] = useState<Table | null>(null);
  const datasets = useApi<DatasetsAnswer>('datasets', {}, { enabled });
  const known = useApi<MonitorReferenceAnswer>(
    `monitors/${encodeURIComponent(monitor)}/reference`,
    {},
    { topics: [`monitor/${monitor}`], enabled },
  );
  const names = (datasets.data?.datasets ?? []).flatMap((one) =>
    one.kind === 'table' && one.latest ? [{ name: one.name, latest: one.latest.version }] : [],
  );
  const trained = known.data?.trained_on ?? [];
  const first = names[0] && { dataset: names[0].name, version: names[0].latest };
  return { names, trained, value: chosen ?? trained[0] ?? first ?? null, choose };
}

export function DatasetChoice({ tables, columns }: { tables: Tables; columns: string[] }) {
  const t = useT();
  const { names, trained, value, choose } = tables;
  const path = `datasets/${encodeURIComponent(value?.dataset ?? '')}/versions`;
  const read = useApi<DatasetVersionsAnswer>(path, { limit: versionsMax }, { enabled: value !== null, keep: false });
  if (value === null) return null;
  const versions = (read.data?.versions ?? []).map((one) => ({
    value: String(one.version),
    label: t('versionRows', { version: one.version, rows: formatCount(one.rows) }),
  }));
  const now = String(value.version);
  const isTrained = trained.some((one) => nameOf(one) === nameOf(value));
  return (
    <>
      <div className="verb-fields">
        <Select
          {...combobox}
          searchable
          label={t('dataset')}
          data={names.map((one) => one.name)}
          value={value.dataset}
          onChange={(name) => {
            const found = names.find((one) => one.name === name);
            if (found) choose({ dataset: found.name, version: found.latest });
          }}
        />
        <Select
          {...combobox}
          searchable
          label={t('datasetVersion')}
          data={versions.some((one) => one.value === now) ? versions : [{ value: now, label: now }, ...versions]}
          value={now}
          onChange={(version) => choose({ ...value, version: Number(version) })}
        />
      </div>
      <p className="meta">
        {isTrained && `${t('trainedOn')} `}
        {t('referenceColumns', { columns: columns.join(', ') })}
      </p>
    </>
  );
}
