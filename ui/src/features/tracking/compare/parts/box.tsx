// A number of the compared runs by a parameter or tag.
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { Box } from '../../../../kit/box/box';
import { Empty, Loaded } from '../../../../kit/state';
import { text, useUrlState } from '../../../../kit/urlstate';
import { Choice } from '../../curves/controls';
import { curlOf } from '../../curves/query';
import { useT } from '../../curves/text';
import { boxColumns } from '../model';
import { axesOf, useAxes, type TabProps } from './axes';

const schema = { bc: text(), bv: text() };

export function BoxTab({ answer, labels }: TabProps) {
  const t = useT();
  const [state, change] = useUrlState(schema);
  const [, navigate] = useLocation();
  const { categories, values } = useMemo(() => boxColumns(answer), [answer]);
  const category = categories.includes(state.bc) ? state.bc : (categories[0] ?? '');
  const value = values.includes(state.bv) ? state.bv : (values[0] ?? '');
  const columns = useMemo(() => (category !== '' && value !== '' ? [category, value] : []), [category, value]);
  const { read, body } = useAxes(answer, columns);
  if (columns.length === 0) return <Empty title={t('noBox')} />;
  return (
    <>
      <div className="toolbar">
        <Choice
          label={t('value')}
          value={value}
          choices={values.map((column) => [column, column] as const)}
          onChange={(bv) => change({ bv })}
        />
        <Choice
          label={t('category')}
          value={category}
          choices={categories.map((column) => [column, column] as const)}
          onChange={(bc) => change({ bc })}
        />
      </div>
      <Loaded read={read}>
        {(found) => {
          const axes = axesOf(found);
          const [first, second] = [axes.find((axis) => axis.id === category), axes.find((axis) => axis.id === value)];
          if (!first || !second) return null;
          return (
            <Box
              category={first}
              value={second}
              names={found.runs.map((run) => labels.get(run.id) ?? run.name)}
              query={curlOf('runs/parallel', body)}
              onOpen={(line) => navigate(`/runs/${found.runs[line]?.id ?? ''}`)}
            />
          );
        }}
      </Loaded>
    </>
  );
}
