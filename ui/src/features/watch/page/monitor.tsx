import { useMemo } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { underBase } from '../../../api/base';
import { useApi } from '../../../api/client';
import { useKeys } from '../../../kit/keys';
import { usePage } from '../../../kit/page';
import { Segments } from '../../../kit/segments';
import { Empty, Loaded } from '../../../kit/state';
import { Snippet } from '../../../kit/copy';
import { Status } from '../../../kit/status';
import { choice, text, useUrlState } from '../../../kit/urlstate';
import type { Accuracy, Alert, AlertsAnswer, Heatmap, MonitorsAnswer } from '../api';
import { Arrival } from '../parts/arrival';
import { DriftMap, WorstOf } from '../parts/drift';
import { HeatExport } from '../parts/heatexport';
import { MonitorFacts } from '../parts/facts';
import { FeaturePanel } from '../parts/feature';
import { MakeAlert } from '../parts/makealert';
import { Quality } from '../parts/quality';
import { Retrain } from '../parts/retrain';
import { SetReference } from '../parts/setreference';
import { Slices } from '../parts/slices';
import { MonitorTiles } from '../parts/tiles';
import { alertPath, windowName } from '../parts/wording';
import { useT } from '../text';
import '../watch.css';

const lasts = ['10', '20', '60', '200'] as const;
const schema = {
  window: text(),
  column: text(),
  last: choice(lasts, '60'),
  sort: choice(['worst', 'name'] as const, 'worst'),
  slice: text(),
};

/** `?window=` is a window's number, as alerts have it; with `column=` the histogram is open. */
export default function MonitorPage() {
  const t = useT();
  const name = decodeURIComponent(useParams<{ name: string }>().name);
  const [state] = useUrlState(schema);
  const topics = [`monitor/${name}`];
  const path = `monitors/${encodeURIComponent(name)}`;
  const accuracy = useApi<Accuracy>(`${path}/accuracy`, { last: state.last }, { topics });
  const others = useApi<MonitorsAnswer>('monitors', {}, { topics: ['alert'] });
  usePage({
    title: name,
    crumbs: [
      { label: t('monitors'), path: '/monitors' },
      {
        label: name,
        siblings: (others.data?.monitors ?? []).map((one) => ({
          label: one.name,
          path: `/monitors/${encodeURIComponent(one.name)}`,
        })),
      },
    ],
  });
  return (
    <Loaded read={accuracy} lines={10}>
      {(data) => <MonitorView name={name} accuracy={data} />}
    </Loaded>
  );
}

function MonitorView({ name, accuracy }: { name: string; accuracy: Accuracy }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const [, navigate] = useLocation();
  const { monitor } = accuracy;
  const topics = [`monitor/${name}`, 'alert'];
  const heatmap = useApi<Heatmap>(
    `monitors/${encodeURIComponent(name)}/heatmap`,
    { last: state.last },
    { topics, enabled: monitor.settings.drift !== undefined },
  );
  const asked = useApi<AlertsAnswer>('alerts', { monitor: name }, { topics });
  const alerts = useMemo(() => asked.data?.alerts ?? [], [asked.data]);
  const window = /^-?\d+$/.test(state.window) ? Number(state.window) : null;
  const open = (column: string, at: number) => change({ column, window: String(at) });
  const close = () => change({ column: '' });
  useKeys([{ keys: 'Escape', label: t('close'), run: close }], state.column !== '');
  useKeys(
    lasts.map((last, at) => ({ keys: String(at + 1), label: t('lastN', { n: last }), run: () => change({ last }) })),
  );
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{name}</h1>
          <p className="meta">
            {t('endpoint')}{' '}
            <Link href={`/endpoints/${encodeURIComponent(monitor.settings.endpoint)}`}>
              {monitor.settings.endpoint}
            </Link>
          </p>
        </div>
        <div className="page-verbs" role="group" aria-label={t('verbs')}>
          <Segments
            label={t('last')}
            value={state.last}
            onChange={(last) => change({ last })}
            data={lasts.map((last) => ({ value: last, label: t('lastN', { n: last }) }))}
          />
          <MakeAlert name={name} accuracy={accuracy} alerts={alerts} isDrift={state.column !== ''} />
          <SetReference name={name} settings={monitor.settings} heatmap={heatmap.data} />
          <Retrain name={name} alerts={alerts} />
        </div>
      </div>
      <FiringOf alerts={alerts} accuracy={accuracy} go={navigate} />
      <MonitorTiles accuracy={accuracy} heatmap={heatmap.data} alerts={alerts} />
      {heatmap.data && window !== null && (
        <WorstOf
          heatmap={heatmap.data}
          settings={monitor.settings}
          window={window}
          column={state.column}
          onOpen={open}
        />
      )}
      <section className="panel" aria-labelledby="drift">
        <h2 id="drift">
          {t('heatmap')}{' '}
          {heatmap.data && (
            <span className="meta">
              {t('heatmapMeta', { measure: heatmap.data.measure.toUpperCase(), n: heatmap.data.span })}
            </span>
          )}
          <span className="panel-verbs">
            {heatmap.data && heatmap.data.columns.length > 0 && (
              <HeatExport heatmap={heatmap.data} settings={monitor.settings} sort={state.sort} />
            )}
            <Segments
              label={t('sort')}
              value={state.sort}
              onChange={(sort) => change({ sort })}
              data={[
                { value: 'worst', label: t('sortWorst') },
                { value: 'name', label: t('sortName') },
              ]}
            />
          </span>
        </h2>
        {monitor.settings.drift ? (
          <Loaded read={heatmap} lines={6}>
            {(data) => (
              <DriftMap
                heatmap={data}
                settings={monitor.settings}
                window={window}
                column={state.column}
                sort={state.sort}
                onOpen={open}
              />
            )}
          </Loaded>
        ) : (
          <Empty title={t('heatmapNone')}>
            <p>{t('heatmapNoneText')}</p>
            <Snippet text={`monitors:\n  ${name}:\n    drift: {columns: [COLUMN, COLUMN]}`} />
          </Empty>
        )}
      </section>
      {heatmap.data && state.column !== '' && window !== null && (
        <FeaturePanel
          monitor={name}
          column={state.column}
          window={window}
          heatmap={heatmap.data}
          settings={monitor.settings}
          onClose={close}
        />
      )}
      <Quality accuracy={accuracy} alerts={alerts} window={window} onWindow={(at) => change({ window: String(at) })} />
      <div className="columns">
        <Arrival accuracy={accuracy} />
        <Slices monitor={monitor} slice={state.slice} onSlice={(slice) => change({ slice })} />
        <MonitorFacts monitor={monitor} />
      </div>
    </>
  );
}

/** What fires of this monitor, each a link to its window and column. */
function FiringOf({ alerts, accuracy, go }: { alerts: Alert[]; accuracy: Accuracy; go: (path: string) => void }) {
  const t = useT();
  const firing = alerts.filter((alert) => alert.state === 'firing');
  if (firing.length === 0) return null;
  return (
    <ul className="firing" aria-label={t('firing')}>
      {firing.map((alert) => (
        <li key={alert.id}>
          <Status kind="firing">
            {alert.rule}
            {alert.column === '' ? '' : ` · ${alert.column}`}
          </Status>
          <a
            href={underBase(`/ui${alertPath(alert)}`)}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey) return;
              event.preventDefault();
              go(alertPath(alert));
            }}
          >
            {t('sinceWindow', { window: windowName(accuracy.monitor.settings, alert.active_window ?? 0) })}
          </a>
        </li>
      ))}
    </ul>
  );
}
