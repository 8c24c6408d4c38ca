// The runs of an experiment, or of all: one question to the server, whose rows, groups and totals are shown.
import { useCallback, useMemo, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useApi } from '../../../../api/client';
import { useSaid } from '../../../../api/said';
import { FilterBar } from '../../../../kit/filterbar';
import { useKeys, type KeyBinding } from '../../../../kit/keys';
import { usePeek } from '../../../../kit/peek';
import { Failure, Loading } from '../../../../kit/state';
import { Table } from '../../../../kit/table';
import { useUrlState } from '../../../../kit/urlstate';
import { completeIn, type RunColumn, type RunColumns, type RunRow, type RunsAnswer } from '../api';
import { useRows } from '../rows';
import { useSparks } from '../sparks';
import { useT } from '../text';
import {
  columnsMost,
  compareAll,
  intoGroup,
  isSpark,
  newColumns,
  questionOf,
  schema,
  shownColumns,
  type View,
} from '../view';
import { columnsOf } from './cells';
import { Chooser } from './chooser';
import { NoMatch, NoRuns } from './empty';
import { ExportButton } from './export';
import { Groups } from './groups';
import { compareMost, CopyLink, GroupMenu, ranges, Selection, TimeRange } from './toolbar';

export type RunsProps = { experiment: string | undefined; name: string | undefined; topics: string[] };

/** The columns as they were when the page was opened, and those that came since: a table's columns never change by
 * themselves. */
function useColumns(experiment: string | undefined, topics: string[]) {
  const profiles = useApi<RunColumns>(
    `experiments/${encodeURIComponent(experiment ?? '-')}/columns`,
    { limit: columnsMost },
    { topics },
  );
  const [first, setFirst] = useState<RunColumn[]>();
  if (first === undefined && profiles.data) setFirst(profiles.data.columns);
  const [seen, setSeen] = useState<readonly string[]>([]);
  const now = profiles.data?.columns;
  const fresh = useMemo(
    () => newColumns(first, now ?? []).filter((column) => !seen.includes(column.key)),
    [first, now, seen],
  );
  return {
    known: first ?? noColumns,
    now: now ?? noColumns,
    isReady: profiles.isSuccess,
    fresh,
    see: () => setSeen([...seen, ...fresh.map((column) => column.key)]),
  };
}
const noColumns: RunColumn[] = [];

/** What the view asks for, and what is known of the columns. */
function useView({ experiment, topics }: RunsProps) {
  const [view, change] = useUrlState(schema);
  const columns = useColumns(experiment, topics);
  const { known } = columns;
  const byKey = useMemo(() => new Map(columns.now.map((column) => [column.key, column])), [columns.now]);
  const shown = useMemo(() => shownColumns(view, known), [view.cols, view.pin, view.diff, known]);
  const [openedMs] = useState(() => Date.now());
  const question = useMemo(
    () => questionOf(view, experiment === undefined ? [] : [experiment], shown, openedMs),
    [view.q, view.hide, view.sort, view.group, view.tr, view.state, experiment, shown, openedMs],
  );
  const rows = useRows(question, topics, view.cols.length > 0 || columns.isReady);
  const basis = useMemo(
    () => ({ filter: `id = '${view.base}'`, columns: question.columns ?? [], view: 'all' }),
    [view.base, question.columns],
  );
  const base = useRows(basis, [], view.base !== '' && /^[0-9a-f]{32}$/.test(view.base));
  const baseline = view.base === '' ? undefined : base.answer?.rows[0];
  return { view, change, columns, byKey, shown, rows, baseline, sparks: useSparks(rows, shown, baseline) };
}

export function Runs(props: RunsProps) {
  const t = useT();
  const state = useView(props);
  const { view, change, columns, byKey, shown, rows, baseline } = state;
  const [, navigate] = useLocation();
  const [peek] = usePeek();
  const [choosing, setChoosing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const column = useRef('');
  const act = useMemo(
    () => ({
      compare: () => {
        if (view.sel.length > 1 && view.sel.length <= compareMost)
          navigate(`/compare?runs=${view.sel.join(',')}${view.base ? `&baseline=${view.base}` : ''}`);
      },
      compareAll: () => navigate(compareAll(view, props.experiment)),
      hide: () => change({ hide: [...new Set([...view.hide, ...view.sel])], sel: [] }),
      showHidden: () => change({ hide: [] }),
      setBaseline: (id: string) => change({ base: id, sel: [] }),
      unselect: () => change({ sel: [] }),
      sort: () => {
        const at = column.current;
        if (at !== '' && !isSpark(at)) change({ sort: view.sort === `-${at}` ? at : `-${at}` });
      },
      focusFilter: () => field.current?.focus(),
      choose: () => setChoosing(true),
    }),
    [view, props.experiment, change, navigate],
  );
  const only = view.sel.length === 1 ? (view.sel[0] ?? '') : peek?.kind === 'run' ? peek.id : '';
  useKeys(keysOf(t, view, act, change, only));
  const setSort = useCallback((sort: string) => change({ sort }), [change]);
  const error = rows.error;
  const isFilterError = error?.status === 400 && error.english.startsWith("'filter'");
  const { answer } = rows;
  return (
    <div className="runs">
      <Bar
        {...props}
        state={state}
        field={field}
        filterError={isFilterError ? error.message : undefined}
        choosing={choosing}
        setChoosing={(opened) => {
          if (!opened && choosing) columns.see();
          setChoosing(opened);
        }}
      />
      <div className="toolbar runs-count">
        <span aria-live="polite">{answer ? t('total', { n: answer.total }) : rows.error ? '' : t('loading')}</span>
        {answer && answer.total > 1 && (
          <Link className="compare-all" href={compareAll(view, props.experiment)} title="Shift+c">
            {t('compareAll', { n: answer.total })}
          </Link>
        )}
        {rows.fresh > 0 && answer && answer.total > 0 && (
          <button type="button" className="fresh" onClick={rows.refresh}>
            {t('fresh', { n: rows.fresh })}
          </button>
        )}
        {columns.fresh.length > 0 && !choosing && (
          <button type="button" className="fresh fresh-keys" onClick={act.choose}>
            {t('newKeys', { n: columns.fresh.length })}
          </button>
        )}
        <Selection view={view} answer={answer} act={act} />
      </div>
      {error && !isFilterError ? <Failure error={error} retry={rows.refresh} /> : null}
      {answer && view.group.length > 0 && answer.groups.length > 0 && (
        <Groups
          answer={answer}
          by={view.group}
          shown={shown.filter((one) => !isSpark(one))}
          profiles={byKey}
          sort={view.sort}
          onSort={setSort}
          onOpen={(group) => change({ q: intoGroup(view.q, view.group, group), group: [] }, { push: true })}
        />
      )}
      {!answer && !error ? <Loading lines={12} /> : null}
      {answer && answer.total > 0 && (
        <RunsTable
          {...props}
          state={state}
          answer={answer}
          baseline={baseline}
          onColumn={(id) => (column.current = id)}
        />
      )}
      {answer &&
        answer.total === 0 &&
        !rows.busy &&
        (view.q !== '' || view.tr !== '' || view.hide.length > 0 || view.state !== 'active' ? (
          <NoMatch view={view} change={change} />
        ) : (
          <NoRuns experiment={props.name} />
        ))}
    </div>
  );
}

function Bar({
  experiment,
  state: { view, change, columns, shown, rows },
  field,
  filterError,
  choosing,
  setChoosing,
}: RunsProps & {
  state: ReturnType<typeof useView>;
  field: React.RefObject<HTMLInputElement | null>;
  filterError: string | undefined;
  choosing: boolean;
  setChoosing: (opened: boolean) => void;
}) {
  const t = useT();
  const said = useSaid();
  const complete = useMemo(() => completeIn(experiment ?? '-'), [experiment]);
  return (
    <div className="runs-bar">
      <FilterBar
        value={view.q}
        onChange={(q) => change({ q })}
        complete={complete}
        inputRef={field}
        error={filterError}
        say={said}
      />
      <div className="toolbar">
        <TimeRange value={view.tr} onChange={(tr) => change({ tr }, { push: true })} />
        <GroupMenu value={view.group} profiles={columns.now} onChange={(group) => change({ group })} />
        <Chooser
          experiment={experiment ?? '-'}
          shown={shown}
          pinned={view.pin}
          isUsual={view.cols.length === 0 && view.pin.length === 0}
          change={(cols, pin) => change({ cols, pin })}
          reset={() => change({ cols: [], pin: [] })}
          opened={choosing}
          setOpened={setChoosing}
          fresh={columns.fresh}
        />
        <label className="check" title="d">
          <input
            type="checkbox"
            checked={view.diff}
            onChange={(event) => change({ diff: event.currentTarget.checked })}
          />
          {t('differing')}
        </label>
        <div className="ranges">
          <button
            type="button"
            aria-pressed={view.state === 'deleted'}
            title={t('stateText')}
            onClick={() => change({ state: view.state === 'deleted' ? 'active' : 'deleted', sel: [] }, { push: true })}
          >
            {t('stateDeleted')}
          </button>
        </div>
        <ExportButton answer={rows.answer} />
        <CopyLink />
      </div>
    </div>
  );
}

function RunsTable({
  experiment,
  name,
  state: { view, change, byKey, shown, rows, sparks },
  answer,
  baseline,
  onColumn,
}: RunsProps & {
  state: ReturnType<typeof useView>;
  answer: RunsAnswer;
  baseline: RunRow | undefined;
  onColumn: (id: string) => void;
}) {
  const t = useT();
  const [, navigate] = useLocation();
  const [peek, setPeek] = usePeek();
  const selected = useMemo(() => new Set(view.sel), [view.sel]);
  const columns = useMemo(
    () =>
      columnsOf({
        shown,
        sparkOf: sparks.of,
        curveOf: (key) => t('curveOf', { name: key }),
        pinned: view.pin,
        profiles: byKey,
        baseline,
        withExperiment: experiment === undefined && !shown.includes('attributes.experiment'),
        words: attributeWords(t),
      }),
    [shown, sparks.of, view.pin, byKey, baseline, experiment, t],
  );
  const { onRange: rowsInView } = rows;
  const { onRange: sparksInView } = sparks;
  const onRange = useCallback(
    (from: number, to: number) => {
      rowsInView(from, to);
      sparksInView(from, to);
    },
    [rowsInView, sparksInView],
  );
  return (
    <Table<RunRow>
      label={name ? t('runsOf', { name }) : t('allRuns')}
      columns={columns}
      total={answer.total}
      row={rows.row}
      idOf={(row) => row.id}
      fill
      sort={view.sort}
      onSort={(sort) => change({ sort })}
      onColumn={onColumn}
      selected={selected}
      onSelect={(ids) => change({ sel: [...ids] })}
      onOpen={(row) => navigate(`/runs/${row.id}`)}
      onPeek={(row) => setPeek({ kind: 'run', id: row.id })}
      {...(peek?.kind === 'run' ? { peeked: peek.id } : {})}
      onRange={onRange}
      isNew={rows.isChanged}
      {...(baseline ? { top: baseline } : {})}
    />
  );
}

function attributeWords(t: ReturnType<typeof useT>): Record<string, string> {
  return {
    'attributes.name': t('name'),
    'attributes.experiment': t('experiment'),
    'attributes.started': t('started'),
    'attributes.ended': t('ended'),
    'attributes.duration': t('duration'),
    'attributes.user': t('user'),
    'attributes.status': t('status'),
  };
}

type Act = {
  compare: () => void;
  compareAll: () => void;
  hide: () => void;
  setBaseline: (id: string) => void;
  unselect: () => void;
  sort: () => void;
  focusFilter: () => void;
  choose: () => void;
};

function keysOf(
  t: ReturnType<typeof useT>,
  view: View,
  act: Act,
  change: (part: Partial<View>) => void,
  only: string,
): KeyBinding[] {
  return [
    { keys: '/', label: t('keyFilter'), run: act.focusFilter },
    { keys: 'f', label: t('keyFilter'), run: act.focusFilter },
    { keys: 'c', label: t('keyCompare'), run: act.compare },
    { keys: 'Shift+c', label: t('keyCompareAll'), run: act.compareAll },
    {
      keys: 'h',
      label: t('keyHide'),
      run: () => {
        if (view.sel.length > 0) act.hide();
      },
    },
    { keys: 'b', label: t('keyBaseline'), run: () => act.setBaseline(only === view.base ? '' : only) },
    { keys: 'd', label: t('keyDiffer'), run: () => change({ diff: !view.diff }) },
    { keys: 's', label: t('keySort'), run: act.sort },
    {
      keys: 't',
      label: t('keyTime'),
      run: () => change({ tr: ranges[(ranges.indexOf(view.tr) + 1) % ranges.length] ?? '' }),
    },
    { keys: 'u', label: t('keyUnselect'), run: act.unselect },
    { keys: 'o', label: t('keyColumns'), run: act.choose },
  ];
}
