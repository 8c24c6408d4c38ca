// All datasets: the newest version of each, how old it is, how its checks went.
import { Button, TextInput } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { useApi } from '../../../api/client';
import { Snippet } from '../../../kit/copy';
import { useKeys } from '../../../kit/keys';
import { formatBytes, formatCount } from '../../../kit/number';
import { usePage } from '../../../kit/page';
import { usePeek } from '../../../kit/peek';
import { Empty, Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Table, type Column } from '../../../kit/table';
import { Ago } from '../../../kit/time';
import { text, useUrlState } from '../../../kit/urlstate';
import { datasetUrl, type Dataset, type DatasetsAnswer } from '../api';
import '../data.css';
import { outcomeKind } from '../model';
import { useT, wordOf, type T } from '../text';

const schema = { q: text(), sort: text('name') };

export default function DatasetsPage() {
  const t = useT();
  usePage({ title: t('datasets'), crumbs: [{ label: t('datasets') }] });
  const all = useApi<DatasetsAnswer>('datasets', {}, { topics: ['home'], refetchMs: 15_000 });
  return (
    <>
      <h1>{t('datasets')}</h1>
      <Loaded read={all} lines={8}>
        {(found) =>
          found.datasets.length === 0 ? (
            <Empty title={t('none')}>
              <p>{t('noneText')}</p>
              <Snippet text="galley dataset commit sales sales.csv" />
            </Empty>
          ) : (
            <List datasets={found.datasets} />
          )
        }
      </Loaded>
    </>
  );
}

function List({ datasets }: { datasets: Dataset[] }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const [, navigate] = useLocation();
  const [peek, setPeek] = usePeek();
  useKeys([{ keys: '/', label: t('filter'), run: () => document.getElementById('dataset-filter')?.focus() }]);
  const q = state.q.trim().toLowerCase();
  const shown = sorted(
    datasets.filter((dataset) =>
      `${dataset.name} ${dataset.latest?.source ?? ''} ${dataset.latest?.outcome ?? ''}`.toLowerCase().includes(q),
    ),
    state.sort,
  );
  const open = (dataset: Dataset) => navigate(datasetUrl(dataset.name));
  return (
    <>
      <div className="toolbar">
        <TextInput
          id="dataset-filter"
          size="xs"
          aria-label={t('filter')}
          placeholder={t('filter')}
          value={state.q}
          onChange={(event) => change({ q: event.currentTarget.value })}
        />
      </div>
      {shown.length === 0 ? (
        <Empty title={t('noMatch', { filter: state.q })}>
          <Button size="xs" variant="default" onClick={() => change({ q: '' })}>
            {t('clear')}
          </Button>
        </Empty>
      ) : (
        <Table<Dataset>
          label={t('datasets')}
          fill
          total={shown.length}
          row={(at) => shown[at]}
          idOf={(dataset) => dataset.name}
          columns={columns(t)}
          sort={state.sort}
          onSort={(sort) => change({ sort })}
          onOpen={open}
          onPeek={(dataset) => setPeek({ kind: 'dataset', id: dataset.name })}
          peeked={peek?.kind === 'dataset' ? peek.id : ''}
        />
      )}
    </>
  );
}

const sorts: Record<string, (dataset: Dataset) => string | number> = {
  name: (dataset) => dataset.name,
  rows: (dataset) => (dataset.kind === 'files' ? dataset.latest?.files : dataset.latest?.rows) ?? -1,
  size: (dataset) => dataset.latest?.bytes ?? -1,
  age: (dataset) => dataset.latest?.created_ms ?? 0,
};

function sorted(datasets: Dataset[], sort: string): Dataset[] {
  const key = sorts[sort.replace('-', '')] ?? sorts['name'];
  const sign = sort.startsWith('-') ? -1 : 1;
  return key ? [...datasets].sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : 0)) : datasets;
}

export function OutcomeOf({ dataset }: { dataset: Dataset }) {
  const t = useT();
  const { latest } = dataset;
  if (!latest) return <span className="muted">{t('noVersion')}</span>;
  const word = latest.outcome === 'passed' ? t('passed') : latest.outcome === 'warned' ? t('warned') : t('unchecked');
  return <Status kind={outcomeKind({ id: '', at: 0, version: latest })}>{word}</Status>;
}

function columns(t: T): Column<Dataset>[] {
  return [
    {
      id: 'name',
      title: t('name'),
      sortable: true,
      copy: (dataset) => dataset.name,
      render: (dataset) => (
        <Link href={datasetUrl(dataset.name)} tabIndex={-1}>
          {dataset.name}
        </Link>
      ),
    },
    {
      id: 'kind',
      title: t('kind'),
      width: 80,
      render: (dataset) => wordOf(t, dataset.kind),
      copy: (dataset) => dataset.kind,
    },
    {
      id: 'latest',
      title: t('latest'),
      width: 80,
      align: 'right',
      render: (dataset) => dataset.latest?.version ?? '–',
      copy: (dataset) => String(dataset.latest?.version ?? ''),
    },
    {
      id: 'rows',
      title: t('rows'),
      width: 110,
      align: 'right',
      sortable: true,
      render: (dataset) => formatCount(dataset.kind === 'files' ? dataset.latest?.files : dataset.latest?.rows),
      copy: (dataset) => String(dataset.latest?.rows ?? ''),
    },
    {
      id: 'size',
      title: t('size'),
      width: 100,
      align: 'right',
      sortable: true,
      render: (dataset) => formatBytes(dataset.latest?.bytes),
      copy: (dataset) => String(dataset.latest?.bytes ?? ''),
    },
    {
      id: 'checks',
      title: t('checks'),
      width: 130,
      render: (dataset) => <OutcomeOf dataset={dataset} />,
      copy: (dataset) => dataset.latest?.outcome ?? '',
    },
    {
      id: 'age',
      title: t('age'),
      width: 150,
      sortable: true,
      render: (dataset) => <Ago ms={dataset.latest?.created_ms} />,
      copy: (dataset) => String(dataset.latest?.created_ms ?? ''),
    },
    {
      id: 'source',
      title: t('source'),
      render: (dataset) => <span title={dataset.latest?.source}>{dataset.latest?.source}</span>,
      copy: (dataset) => dataset.latest?.source ?? '',
    },
  ];
}
