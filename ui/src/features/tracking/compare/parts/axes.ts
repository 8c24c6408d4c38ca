// Values of the compared runs as axes, asked of the server by columns.
import { useMemo } from 'react';
import { usePosted } from '../../../../api/client';
import type { Axis } from '../../../../kit/parallel/layout';
import type { DiffAnswer, ParallelAnswer } from '../../curves/api';

export type TabProps = { answer: DiffAnswer; labels: Map<string, string> };

export function useAxes(answer: DiffAnswer, columns: readonly string[]) {
  const body = useMemo(() => ({ runs: answer.runs.map((run) => run.id), columns }), [answer.runs, columns]);
  return { body, read: usePosted<ParallelAnswer>('runs/parallel', body, { enabled: columns.length > 0 }) };
}

export function axesOf(answer: ParallelAnswer): Axis[] {
  return answer.axes.map((axis) => ({
    id: axis.column,
    label: axis.column.slice(axis.column.indexOf('.') + 1),
    type: axis.type,
    values: axis.values,
    categories: axis.categories,
  }));
}
