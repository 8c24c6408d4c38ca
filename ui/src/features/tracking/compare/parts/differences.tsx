import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { Diff } from '../../../../kit/diff/diff';
import { Empty } from '../../../../kit/state';
import { flag, text, useUrlState } from '../../../../kit/urlstate';
import type { DiffAnswer } from '../../curves/api';
import { Choice, Tick } from '../../curves/controls';
import { useT } from '../../curves/text';
import { linesOf } from '../model';

const schema = { q: text(), all: flag(), baseline: text() };
const linesMax = 2000;

/** What differs between the runs, against a baseline. */
export function Differences({
  answer,
  labels,
  baseline,
}: {
  answer: DiffAnswer;
  labels: Map<string, string>;
  baseline: string;
}) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const [, navigate] = useLocation();
  const lines = useMemo(
    () =>
      linesOf(
        answer,
        {
          attribute: t('group_attribute'),
          param: t('group_param'),
          metric: t('group_metric'),
          tag: t('group_tag'),
          input: t('group_input'),
          code: t('group_code'),
          env: t('group_env'),
          started_ms: t('started'),
          duration_ms: t('duration'),
          user: t('owner'),
          status: t('status'),
          experiment: t('experiment'),
        },
        state.all,
        state.q,
      ),
    [answer, state.all, state.q, t],
  );
  const things = useMemo(
    () => answer.runs.map((run) => ({ id: run.id, label: labels.get(run.id) ?? run.name })),
    [answer.runs, labels],
  );
  const same = answer.rows.filter((row) => row.same).length;
  return (
    <>
      <div className="toolbar">
        <Choice
          label={t('baseline')}
          value={baseline}
          choices={things.map((thing) => [thing.id, thing.label] as const)}
          onChange={(base) => change({ baseline: base })}
        />
        <Tick label={t('showAll')} value={state.all} onChange={(all) => change({ all })} />
        <span className="field">
          <input
            type="search"
            placeholder={t('searchKeys')}
            aria-label={t('searchKeys')}
            value={state.q}
            onChange={(event) => change({ q: event.target.value })}
          />
        </span>
        {!state.all && same > 0 && <span className="meta">{t('sameRows', { n: same })}</span>}
        {answer.has_more && <span className="meta">{t('moreRows', { n: linesMax })}</span>}
      </div>
      {lines.length === 0 ? (
        <Empty title={state.q === '' ? t('allSame') : t('noMatch', { text: state.q })} />
      ) : (
        <Diff
          label={t('differences')}
          things={things}
          baseline={baseline}
          lines={lines}
          onBaseline={(base) => change({ baseline: base })}
          onOpen={(id) => navigate(`/runs/${id}`)}
        />
      )}
    </>
  );
}
