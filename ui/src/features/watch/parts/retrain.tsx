// Starts the pipeline that an alert of this monitor would start.
import { useState } from 'react';
import { NativeSelect } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { queries, send, useApi } from '../../../api/client';
import { Said } from '../../../api/said';
import { Confirm } from '../../../kit/confirm';
import type { Alert, StartedRun, Trigger, TriggersAnswer } from '../api';
import { useT } from '../text';

/** Of those in force the ones that an alert of the monitor sets off. */
export function triggersFor(monitor: string, alerts: readonly Alert[], triggers: readonly Trigger[]): Trigger[] {
  const rules = new Set(alerts.map((alert) => alert.rule));
  return triggers.filter(
    (one) =>
      (one.trigger === 'alert' || one.trigger === 'drift') &&
      (one.monitor === '' || one.monitor === monitor) &&
      (one.rules.length === 0 || one.rules.some((rule) => rules.has(rule))),
  );
}

const keyOf = (trigger: Trigger): string => `${trigger.folder}/${trigger.file}`;

export function Retrain({ name, alerts }: { name: string; alerts: Alert[] }) {
  const t = useT();
  const [, navigate] = useLocation();
  const [picked, setPicked] = useState('');
  const read = useApi<TriggersAnswer>('pipelines/triggers', {}, { refetchMs: 30_000 });
  // One of each file: whichever of its triggers, the run is the same.
  const found = triggersFor(name, alerts, read.data?.triggers ?? []).filter(
    (one, at, all) => all.findIndex((other) => keyOf(other) === keyOf(one)) === at,
  );
  const chosen = found.find((one) => keyOf(one) === picked) ?? found[0];
  const why = !read.data ? '…' : !chosen ? t('retrainNone') : undefined;
  const run = async () => {
    if (!chosen) return;
    const { folder, file } = chosen;
    const started = await send<StartedRun>('POST', 'pipelines/triggers/start', { folder, file });
    await queries.invalidateQueries();
    navigate(`/pipeline-runs/${started.run}`);
  };
  return (
    <Confirm
      label={t('startRetrain')}
      run={run}
      {...(why === undefined ? {} : { disabledWhy: why })}
      effect={
        chosen && (
          <div className="verb-form">
            {found.length > 1 && (
              <NativeSelect
                size="xs"
                label={t('kindpipeline')}
                value={keyOf(chosen)}
                data={found.map((one) => ({ value: keyOf(one), label: one.pipeline }))}
                onChange={(event) => setPicked(event.currentTarget.value)}
              />
            )}
            <p>
              {t('retrainEffect', {
                pipeline: chosen.pipeline,
                trigger: `${chosen.trigger}: ${chosen.waits_for}`,
              })}
            </p>
            <p className="meta">
              <code>{keyOf(chosen)}</code>
              {chosen.last?.run !== undefined && (
                <>
                  {' · '}
                  <Link href={`/pipeline-runs/${chosen.last.run}`}>{t('retrainLast', { run: chosen.last.run })}</Link>
                </>
              )}
            </p>
            {chosen.problem !== '' && (
              <p className="warn">
                <Said of={chosen.problem} />
              </p>
            )}
          </div>
        )
      }
    />
  );
}
