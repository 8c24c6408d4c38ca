import { useEffect } from 'react';
import { Link, useParams } from 'wouter';
import { useApi } from '../../../api/client';
import { ShortId, Snippet } from '../../../kit/copy';
import { formatBytes, formatMetric } from '../../../kit/number';
import { useKeys } from '../../../kit/keys';
import { usePage } from '../../../kit/page';
import { Loaded } from '../../../kit/state';
import { Ago } from '../../../kit/time';
import { number, text, useUrlState } from '../../../kit/urlstate';
import { metricKeys, type ModelAnswer, type Version } from '../api';
import { ComparePanel } from '../parts/compare';
import { MetricPanel } from '../parts/metric';
import '../registry.css';
import { useT } from '../text';
import { championOf, pairOf } from '../versions';

const schema = { metric: text(), version: number(0), a: number(0), b: number(0) };

type RowProps = { model: string; version: Version; keys: string[]; isChosen: boolean; compare: (() => void) | null };

function Row({ model, version, keys, isChosen, compare }: RowProps) {
  const t = useT();
  return (
    <tr className={isChosen ? 'model-row is-chosen' : 'model-row'} data-version={version.version}>
      <th scope="row" className="number">
        {version.version}
      </th>
      <td>
        {version.aliases.map((alias) => (
          <span key={alias} className="chip">
            {alias}
          </span>
        ))}
        {version.stage !== 'None' && <span className="chip">{version.stage}</span>}
      </td>
      <td>
        {version.served.map((one) => (
          <Link key={`${one.endpoint} ${one.variant}`} href={`/endpoints/${one.endpoint}`} className="chip">
            {one.endpoint}: {one.variant}
          </Link>
        ))}
      </td>
      {keys.map((key) => (
        <td key={key} className="number" title={String(version.metrics.find((one) => one.key === key)?.value ?? '')}>
          {formatMetric(version.metrics.find((one) => one.key === key)?.value)}
        </td>
      ))}
      <td>
        {version.run ? (
          <Link href={`/runs/${version.run}`}>{version.run_name ?? version.run.slice(0, 8)}</Link>
        ) : (
          <span className="muted">{t('no_run')}</span>
        )}
      </td>
      <td>{version.commit ? <ShortId id={version.commit} /> : <span className="muted">–</span>}</td>
      <td className="number">{formatBytes(version.bytes)}</td>
      <td>
        <Ago ms={version.created_ms} />
      </td>
      <td>
        <Link href={`/lineage/graph?node=${encodeURIComponent(`model:${model}@${version.version}`)}`}>
          {t('lineage')}
        </Link>
        {compare && (
          <button type="button" className="link" onClick={compare}>
            {t('compare_champion')}
          </button>
        )}
      </td>
    </tr>
  );
}

function StartPanel({ answer }: { answer: ModelAnswer }) {
  const t = useT();
  const { model } = answer;
  const main = model.served.find((one) => one.variant === 'main');
  const at = `${model.name}@${model.newest}`;
  return (
    <section className="panel" aria-labelledby="start-title">
      <h2 id="start-title">{t('start')}</h2>
      {main ? (
        <>
          <p>{t('start_text', { version: model.newest, endpoint: main.endpoint })}</p>
          <Snippet text={`galley rollout start ${main.endpoint} --model ${at}`} />
        </>
      ) : (
        <>
          <p>{t('nowhere')}</p>
          <Snippet text={`galley endpoint create NAME --model ${at}`} />
        </>
      )}
    </section>
  );
}

export default function ModelPage() {
  const t = useT();
  const { name = '' } = useParams<{ name: string }>();
  const read = useApi<ModelAnswer>(
    `registered-models/${encodeURIComponent(name)}`,
    { limit: 100 },
    { topics: [`model/${name}`], refetchMs: 15_000, keep: false },
  );
  usePage({ title: name, crumbs: [{ label: t('models'), path: '/models' }, { label: name }] });
  return (
    <Loaded read={read} lines={6}>
      {(answer) => (
        <>
          <Head answer={answer} />
          <Body answer={answer} />
        </>
      )}
    </Loaded>
  );
}

function Head({ answer }: { answer: ModelAnswer }) {
  return (
    <div className="page-head">
      <div>
        <h1>{answer.model.name}</h1>
        {answer.model.description !== '' && <p>{answer.model.description}</p>}
        {answer.model.tags.length > 0 && (
          <p>
            {answer.model.tags.map((tag) => (
              <span key={tag.key} className="chip">
                {tag.key}: {tag.value}
              </span>
            ))}
          </p>
        )}
      </div>
    </div>
  );
}

function Body({ answer }: { answer: ModelAnswer }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const { versions } = answer;
  const keys = metricKeys(versions);
  const all = metricKeys(versions, 1000);
  const metric = all.includes(state.metric) ? state.metric : (all[0] ?? '');
  const champion = championOf(answer.model);
  const pair = pairOf(versions, champion, state);
  const numbers = versions.map((version) => version.version);
  const compare = (version: number) => change({ a: champion ?? 0, b: version, version }, { push: true });
  useKeys([
    {
      keys: 'd',
      label: t('key_compare'),
      run: () => {
        const other = state.version > 0 ? state.version : numbers.find((number) => number !== champion);
        if (champion !== null && other !== undefined && other !== champion) compare(other);
        document.querySelector('.model-compare')?.scrollIntoView({ block: 'start' });
      },
    },
  ]);
  useEffect(() => {
    if (state.version > 0) document.querySelector('.model-row.is-chosen')?.scrollIntoView({ block: 'nearest' });
  }, [state.version]);
  return (
    <>
      <Versions
        answer={answer}
        keys={keys}
        chosen={state.version}
        compare={(version) => (champion === null || version === champion ? null : () => compare(version))}
      />
      {metric !== '' && (
        <MetricPanel
          versions={versions}
          keys={all}
          metric={metric}
          champion={champion}
          onMetric={(key) => change({ metric: key })}
          onVersion={(version) => change({ version })}
        />
      )}
      {pair && (
        <ComparePanel
          model={answer.model.name}
          versions={numbers}
          pair={pair}
          champion={champion}
          onPair={(next) => change(next)}
        />
      )}
      <StartPanel answer={answer} />
    </>
  );
}

function Versions({
  answer,
  keys,
  chosen,
  compare,
}: {
  answer: ModelAnswer;
  keys: string[];
  chosen: number;
  compare: (version: number) => (() => void) | null;
}) {
  const t = useT();
  return (
    <section className="panel" aria-labelledby="versions-title">
      <h2 id="versions-title">{t('versions')}</h2>
      <div className="scroll-x" tabIndex={0} role="group" aria-label={t('versions')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col" className="number">
                {t('version')}
              </th>
              <th scope="col">{t('aliases')}</th>
              <th scope="col">{t('served')}</th>
              {keys.map((key) => (
                <th key={key} scope="col" className="number">
                  {key}
                </th>
              ))}
              <th scope="col">{t('run')}</th>
              <th scope="col">{t('commit')}</th>
              <th scope="col" className="number">
                {t('size')}
              </th>
              <th scope="col">{t('created')}</th>
              <th scope="col">
                <span className="sr-only">{t('more_of')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {answer.versions.map((version) => (
              <Row
                key={version.version}
                model={answer.model.name}
                version={version}
                keys={keys}
                isChosen={version.version === chosen}
                compare={compare(version.version)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {answer.has_more && <p className="meta">{t('has_more')}</p>}
    </section>
  );
}
