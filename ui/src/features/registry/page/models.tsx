import { TextInput } from '@mantine/core';
import { useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { serverUrl } from '../../../api/base';
import { useApi } from '../../../api/client';
import { Snippet } from '../../../kit/copy';
import { useKeys } from '../../../kit/keys';
import { usePage } from '../../../kit/page';
import { Empty, Loaded } from '../../../kit/state';
import { Table, type Column } from '../../../kit/table';
import { Ago } from '../../../kit/time';
import { text, useUrlState } from '../../../kit/urlstate';
import type { Model, Models } from '../api';
import { useT } from '../text';

const schema = { q: text('') };
const snippet = `import mlflow
mlflow.set_tracking_uri("${serverUrl()}")
mlflow.sklearn.log_model(model, name="model", registered_model_name="NAME")`;

function useColumns(): Column<Model>[] {
  const t = useT();
  return [
    {
      id: 'name',
      title: t('model'),
      width: 240,
      copy: (row) => row.name,
      render: (row) => <Link href={`/models/${encodeURIComponent(row.name)}`}>{row.name}</Link>,
    },
    {
      id: 'newest',
      title: t('newest'),
      width: 80,
      align: 'right',
      copy: (row) => String(row.newest),
      render: (row) => (row.newest === 0 ? '–' : row.newest),
    },
    {
      id: 'aliases',
      title: t('aliases'),
      width: 260,
      copy: (row) => row.aliases.map((one) => `${one.alias}@${one.version}`).join(' '),
      render: (row) =>
        row.aliases.map((one) => (
          <span key={one.alias} className="chip">
            {one.alias} → {one.version}
          </span>
        )),
    },
    {
      id: 'served',
      title: t('served'),
      copy: (row) => row.served.map((one) => one.endpoint).join(' '),
      render: (row) =>
        row.served.map((one) => (
          <Link key={`${one.endpoint} ${one.variant}`} href={`/endpoints/${one.endpoint}`} className="chip">
            {one.endpoint}: {one.variant} @{one.version}
          </Link>
        )),
    },
    {
      id: 'updated',
      title: t('updated'),
      width: 150,
      copy: (row) => new Date(row.updated_ms).toISOString(),
      render: (row) => <Ago ms={row.updated_ms} />,
    },
  ];
}

export default function ModelsPage() {
  const t = useT();
  const columns = useColumns();
  const [, navigate] = useLocation();
  const [state, change] = useUrlState(schema);
  const input = useRef<HTMLInputElement>(null);
  useKeys([{ keys: '/', label: t('filter'), run: () => input.current?.focus() }]);
  usePage({ title: t('models'), crumbs: [{ label: t('models') }] });
  const read = useApi<Models>(
    'registered-models',
    { q: state.q, limit: 200 },
    { topics: ['event'], refetchMs: 15_000 },
  );
  return (
    <>
      <div className="page-head">
        <h1>{t('models')}</h1>
      </div>
      <div className="toolbar">
        <TextInput
          ref={input}
          size="xs"
          aria-label={t('filter')}
          placeholder={t('filter')}
          value={state.q}
          onChange={(event) => change({ q: event.currentTarget.value })}
        />
      </div>
      <Loaded read={read}>
        {({ models, has_more }) => {
          if (models.length === 0 && state.q !== '') return <Empty title={t('no_match', { text: state.q })} />;
          if (models.length === 0)
            return (
              <Empty title={t('none_yet')}>
                <p>{t('none_text')}</p>
                <Snippet text={snippet} />
              </Empty>
            );
          return (
            <>
              <Table
                label={t('models')}
                columns={columns}
                total={models.length}
                row={(index) => models[index]}
                idOf={(row) => row.name}
                onOpen={(row) => navigate(`/models/${encodeURIComponent(row.name)}`)}
              />
              {has_more && <p className="meta">{t('more_models')}</p>}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
