// Up to 500 runs beside each other: curves, differences, parallel coordinates, scatter, boxes by category.
import { useCallback, useEffect, useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import type { UseQueryResult } from '@tanstack/react-query';
import { send, useApi, usePosted, type ApiError } from '../../../../api/client';
import { Icon } from '../../../../kit/icon';
import { useKeys } from '../../../../kit/keys';
import { lastUrlOf, usePage } from '../../../../kit/page';
import { Empty, Loaded } from '../../../../kit/state';
import { chartCodec } from '../../../../kit/chart/state';
import { Swatch } from '../../../../kit/chart/legend';
import { choice, flag, list, text, useUrlState } from '../../../../kit/urlstate';
import type { DiffAnswer, PageView } from '../../curves/api';
import { Tabs } from '../../curves/tabs';
import { useT } from '../../curves/text';
import { noRows, rowsSchema, runsMax, useAllRows } from '../allrows';
import { labelsOf } from '../model';
import { Curves } from '../parts/curves';
import { Differences } from '../parts/differences';
import { BoxTab } from '../parts/box';
import { ParallelTab } from '../parts/plots';
import { ScatterTab } from '../parts/scatter';
import { Source } from '../parts/source';

const chipsMax = 24;
const schema = {
  ...rowsSchema,
  runs: list(),
  view: text(),
  tab: choice(['curves', 'diff', 'parallel', 'scatter', 'box'] as const, 'curves'),
  baseline: text(),
  c: chartCodec,
  keys: list(),
  q: text(),
  all: flag(),
  cols: list(),
  color: text(),
  brush: text(),
  sx: text(),
  sy: text(),
};

export default function ComparePage() {
  const t = useT();
  const { runs, missing, source } = useRuns();
  usePage({
    title: t('compareTitle', { n: runs.length }),
    crumbs: [{ label: t('experiments'), path: lastUrlOf('/experiments') }, { label: t('compare') }],
  });
  const body = useMemo(() => ({ runs, all: true }), [runs]);
  const fits = runs.length > 0 && runs.length <= runsMax;
  const read = usePosted<DiffAnswer>('runs/diff', body, {
    enabled: fits,
    topics: runs.length <= 20 ? runs.map((run) => `run/${run}`) : [],
  });
  if (missing)
    return (
      <Loaded read={missing} lines={8}>
        {() => null}
      </Loaded>
    );
  if (!fits)
    return (
      <>
        <h1>{t('compare')}</h1>
        {source}
        {runs.length > 0 ? (
          <Empty title={t('tooMany', { n: runs.length })} />
        ) : (
          <Empty title={t(source ? 'noRows' : 'noRuns')}>
            <p>{t(source ? 'noRowsText' : 'noRunsText')}</p>
          </Empty>
        )}
      </>
    );
  return (
    <Loaded read={read} lines={8}>
      {(answer) => <Shown answer={answer} source={source} />}
    </Loaded>
  );
}

const runsTextMax = 1700;

type Runs = {
  runs: readonly string[];
  missing: UseQueryResult<unknown, ApiError> | null; // What says which runs, while it is not here.
  source: React.ReactNode; // Where the runs come from, if not from a list.
};

/** The runs of the URL: a list, a question (see allrows.ts), or a list that is too long for a URL: the server keeps it, and
 * the URL says `view=ID`. */
function useRuns(): Runs {
  const [state, change] = useUrlState(schema);
  const all = useAllRows(state);
  const isAll = state.rows === 'all';
  const stored = useApi<PageView>(`views/${encodeURIComponent(state.view)}`, {}, { enabled: state.view !== '' });
  const written = schema.runs.write(state.runs);
  useEffect(() => {
    if (written.length <= runsTextMax) return undefined;
    let here = true;
    // Who may not keep a view goes on with the long URL.
    send<PageView>('POST', 'views', { page: 'compare', state: written }).then(
      (kept) => here && change({ runs: [], view: kept.id }),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [written, change]);
  const kept = stored.data?.state;
  const found = isAll ? all.data : undefined;
  const runs = useMemo(
    () => found?.runs ?? (state.view === '' ? state.runs : (schema.runs.parse(kept ?? '') ?? [])),
    [found, state.view, state.runs, kept],
  );
  if (isAll)
    return {
      runs,
      missing: found ? null : all,
      source: found ? <Source state={state} found={found} /> : null,
    };
  return { runs, missing: state.view !== '' && stored.data === undefined ? stored : null, source: null };
}

function Shown({ answer, source }: { answer: DiffAnswer; source: React.ReactNode }) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const labels = useMemo(() => labelsOf(answer), [answer]);
  const baseline = answer.runs.find((run) => run.id === state.baseline)?.id ?? answer.baseline;
  const explicit = state.baseline !== '' && baseline === state.baseline;
  const next = useCallback(() => {
    const at = answer.runs.findIndex((run) => run.id === baseline);
    change({ baseline: answer.runs[(at + 1) % answer.runs.length]?.id ?? '' });
  }, [answer.runs, baseline, change]);
  useKeys([{ keys: 'b', label: t('keyBaseline'), run: next }]);
  const tabs = [
    ['curves', t('curves')],
    ['diff', t('differences')],
    ['parallel', t('parallel')],
    ['scatter', t('scatter')],
    ['box', t('box')],
  ] as const;
  return (
    <div className="compare-body">
      <h1>{t('compareTitle', { n: answer.runs.length })}</h1>
      {source}
      <Chips
        answer={answer}
        labels={labels}
        baseline={explicit ? baseline : ''}
        onRemove={(id) =>
          change(
            { ...noRows, runs: answer.runs.map((run) => run.id).filter((run) => run !== id), view: '' },
            { push: true },
          )
        }
      />
      <Tabs label={t('tabs')} tabs={tabs} value={state.tab} onChange={(tab) => change({ tab })}>
        {state.tab === 'curves' && <Curves answer={answer} labels={labels} baseline={explicit ? baseline : ''} />}
        {state.tab === 'diff' && <Differences answer={answer} labels={labels} baseline={baseline} />}
        {state.tab === 'parallel' && <ParallelTab answer={answer} labels={labels} />}
        {state.tab === 'scatter' && <ScatterTab answer={answer} labels={labels} />}
        {state.tab === 'box' && <BoxTab answer={answer} labels={labels} />}
      </Tabs>
    </div>
  );
}

/** The runs with their colours; one may go. */
function Chips({
  answer,
  labels,
  baseline,
  onRemove,
}: {
  answer: DiffAnswer;
  labels: Map<string, string>;
  baseline: string;
  onRemove: (id: string) => void;
}) {
  const t = useT();
  const [, navigate] = useLocation();
  if (answer.runs.length > chipsMax) return null;
  return (
    <div className="run-chips">
      {answer.runs.map((run, slot) => (
        <span key={run.id} className="chip">
          <Swatch slot={slot} baseline={run.id === baseline} />
          <Link href={`/runs/${run.id}`} onClick={() => navigate(`/runs/${run.id}`)}>
            {labels.get(run.id)}
          </Link>
          {run.id === baseline && <span className="muted">{t('baseline')}</span>}
          {answer.runs.length > 1 && (
            <button
              type="button"
              className="icon-button"
              aria-label={t('remove', { name: labels.get(run.id) ?? '' })}
              onClick={() => onRemove(run.id)}
            >
              <Icon name="x" size={12} />
            </button>
          )}
        </span>
      ))}
    </div>
  );
}
