import { Button } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '../../../../kit/icon';
import { messageOf } from '../../../../kit/error';
import type { RunsAnswer } from '../api';
import { allRows } from '../rows';
import { useT } from '../text';
import { csvLine } from '../view';
import { save as saveFile } from '../../../../kit/save';

const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

/** All rows of the answer with the columns that are shown, exact, as CSV. */
export function ExportButton({ answer }: { answer: RunsAnswer | undefined }) {
  const t = useT();
  const [done, setDone] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const save = async () => {
    if (!answer) return;
    setProblem(null);
    setDone(0);
    try {
      const rows = await allRows(answer.result, answer.total, setDone);
      const lines = [
        csvLine(['id', 'name', 'experiment', 'user', 'status', 'started', 'ended', ...answer.columns]),
        ...rows.map((row) =>
          csvLine([
            row.id,
            row.name,
            row.experiment_name,
            row.user,
            row.status,
            iso(row.started_ms),
            iso(row.ended_ms),
            ...row.values,
          ]),
        ),
      ];
      saveFile(new Blob(lines, { type: 'text/csv;charset=utf-8' }), 'runs.csv');
    } catch (error) {
      setProblem(error);
    } finally {
      setDone(null);
    }
  };
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="download" size={14} />}
        disabled={!answer || answer.total === 0 || done !== null}
        onClick={() => void save()}
      >
        {done === null ? t('export') : t('exporting', { n: done, total: answer?.total ?? 0 })}
      </Button>
      {problem !== null && (
        <span className="bad" role="alert">
          {messageOf(problem)}
        </span>
      )}
    </>
  );
}
