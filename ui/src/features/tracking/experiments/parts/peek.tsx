// What a peek of a run shows: what it is, and what differs from the baseline, else from a champion's run.
import { Link } from 'wouter';
import { useApi } from '../../../../api/client';
import { ShortId } from '../../../../kit/copy';
import { formatDelta, formatDuration, formatMetric, toNumber } from '../../../../kit/number';
import { Loaded } from '../../../../kit/state';
import { Status, statusOf } from '../../../../kit/status';
import { Ago } from '../../../../kit/time';
import { useUrlState } from '../../../../kit/urlstate';
import type { EndpointsAnswer, ModelVersionAnswer, RunDetail } from '../api';
import { differencesOf, type Difference } from '../difference';
import { useT } from '../text';
import { schema } from '../view';

const shownMost = 40;

/** The run that made the model which answers most of the first endpoint that has one. */
function useChampion(enabled: boolean): { run: string; label: { model: string; version: number } } | null {
  const { data } = useApi<EndpointsAnswer>('endpoints', {}, { enabled });
  const variant = data?.endpoints.flatMap((endpoint) =>
    [...endpoint.variants].sort((a, b) => b.weight - a.weight).slice(0, 1),
  )[0];
  const version = useApi<ModelVersionAnswer>(
    `registered-models/${encodeURIComponent(variant?.model ?? '')}/versions/${variant?.version ?? 0}`,
    {},
    { enabled: enabled && variant !== undefined },
  );
  const run = version.data?.model_version.run;
  return variant && run ? { run, label: { model: variant.model, version: variant.version } } : null;
}

export default function RunPeek({ id }: { id: string }) {
  const read = useApi<RunDetail>(`runs/${id}`, {}, { topics: [`run/${id}`] });
  return (
    <div className="run-peek">
      <Loaded read={read} lines={8}>
        {(detail) => <Peek detail={detail} />}
      </Loaded>
    </div>
  );
}

function Peek({ detail }: { detail: RunDetail }) {
  const t = useT();
  const { run } = detail;
  const ms = run.started_ms !== undefined && run.ended_ms !== undefined ? run.ended_ms - run.started_ms : null;
  const tags = run.tags.filter((tag) => !tag.key.startsWith('mlflow.'));
  return (
    <>
      <h2>
        <Link href={`/runs/${run.id}`}>{run.name}</Link>
      </h2>
      <dl className="facts">
        <dt>{t('status')}</dt>
        <dd>
          <Status kind={statusOf(run.status)}>{run.status}</Status>
        </dd>
        <dt>ID</dt>
        <dd>
          <ShortId id={run.id} />
        </dd>
        <dt>{t('experiment')}</dt>
        <dd>
          <Link href={`/experiments/${run.experiment}`}>{run.experiment_name}</Link>
        </dd>
        <dt>{t('started')}</dt>
        <dd>
          <Ago ms={run.started_ms} />
        </dd>
        <dt>{t('duration')}</dt>
        <dd>{formatDuration(ms)}</dd>
        <dt>{t('user')}</dt>
        <dd>{run.user || '–'}</dd>
        {detail.inputs.length > 0 && (
          <>
            <dt>{t('dataset_')}</dt>
            <dd>{detail.inputs.map((input) => `${input.name} (${input.digest})`).join(', ')}</dd>
          </>
        )}
        {detail.models_out.length > 0 && (
          <>
            <dt>{t('models')}</dt>
            <dd>{detail.models_out.map((model) => model.name).join(', ')}</dd>
          </>
        )}
      </dl>
      <Against detail={detail} />
      <Pairs
        title={t('metrics')}
        rows={run.metrics.map((metric) => [metric.key, formatMetric(metric.value), String(metric.value)])}
      />
      <Pairs title={t('params')} rows={run.params.map((param) => [param.key, param.value, param.value])} />
      <Pairs title={t('tags')} rows={tags.map((tag) => [tag.key, tag.value, tag.value])} />
    </>
  );
}

function Pairs({ title, rows }: { title: string; rows: [string, string, string][] }) {
  const t = useT();
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl className="facts">
        {rows.slice(0, shownMost).map(([key, shown, whole]) => (
          <div key={key} className="fact">
            <dt>{key}</dt>
            <dd title={whole}>{shown}</dd>
          </div>
        ))}
      </dl>
      {rows.length > shownMost && <p className="meta">{t('peekMore', { n: rows.length - shownMost })}</p>}
    </section>
  );
}

function Against({ detail }: { detail: RunDetail }) {
  const t = useT();
  const [{ base }] = useUrlState(schema);
  const champion = useChampion(base === '');
  const other = base !== '' ? base : (champion?.run ?? '');
  const read = useApi<RunDetail>(`runs/${other}`, {}, { enabled: other !== '' && other !== detail.run.id });
  if (other === '') return <p className="meta">{t('noChampion')}</p>;
  if (other === detail.run.id) return <p className="meta">{t('isBaseline')}</p>;
  const label = base === '' && champion ? t('champion', champion.label) : (read.data?.run.name ?? other.slice(0, 8));
  return (
    <section className="run-against">
      <h3>{t('against', { name: label })}</h3>
      <Loaded read={read}>{(baseline) => <Differences mine={detail} other={baseline} />}</Loaded>
      <Link href={`/compare?runs=${detail.run.id},${other}&baseline=${other}`}>{t('compareTwo')}</Link>
    </section>
  );
}

function Differences({ mine, other }: { mine: RunDetail; other: RunDetail }) {
  const t = useT();
  const { rows, same } = differencesOf(mine, other);
  if (rows.length === 0) return <p>{t('noDifference')}</p>;
  return (
    <>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t('key')}</th>
            <th scope="col" className="number">
              {t('thisRun')}
            </th>
            <th scope="col" className="number">
              {t('baseline')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shownMost).map((row) => (
            <DifferenceRow key={`${row.group} ${row.key}`} row={row} />
          ))}
        </tbody>
      </table>
      <p className="meta">
        {rows.length > shownMost && `${t('peekMore', { n: rows.length - shownMost })} · `}
        {t('same', { n: same })}
      </p>
    </>
  );
}

function DifferenceRow({ row }: { row: Difference }) {
  const shown = (value: string | number | null) => (row.group === 'metric' ? formatMetric(value) : (value ?? '–'));
  const [mine, other] = [toNumber(row.mine), toNumber(row.other)];
  const delta = mine !== null && other !== null && Number.isFinite(mine - other) ? formatDelta(mine - other, 3) : '';
  return (
    <tr>
      <th scope="row" title={`${row.group} ${row.key}`}>
        {row.key}
      </th>
      <td className="number" title={String(row.mine ?? '')}>
        {shown(row.mine)} {delta !== '' && <span className="run-delta">{delta}</span>}
      </td>
      <td className="number muted" title={String(row.other ?? '')}>
        {shown(row.other)}
      </td>
    </tr>
  );
}
