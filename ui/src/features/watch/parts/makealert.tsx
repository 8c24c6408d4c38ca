// An alert rule of this monitor, with what it would have said of the windows that are closed.
import { useState } from 'react';
import { NativeSelect, TextInput } from '@mantine/core';
import { queries, send, usePosted } from '../../../api/client';
import { Confirm } from '../../../kit/confirm';
import { formatMetric } from '../../../kit/number';
import { Status } from '../../../kit/status';
import type { Accuracy, Alert, AlertPreview, RuleSettings } from '../api';
import { useT } from '../text';
import { draftOf, metricsOf, settingsOf, yamlOf, type AlertMetric, type RuleDraft } from './rules';
import { timeName, widthOf } from './wording';

type Props = { name: string; accuracy: Accuracy; alerts: Alert[]; isDrift: boolean };

export function MakeAlert({ name, accuracy, alerts, isDrift }: Props) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const [draft, setDraft] = useState<RuleDraft | null>(null);
  const open = (value: boolean) => {
    // Anew each time, of what is looked at now.
    if (value) setDraft(draftOf(name, isDrift ? 'drift' : 'accuracy', accuracy, alerts));
    setOpened(value);
  };
  const settings = draft && settingsOf(name, draft);
  const run = async () => {
    if (!draft || !settings) throw new Error(t('ruleIncomplete'));
    await send('PUT', 'alerts', { rules: [{ name: draft.name, settings }] });
    await queries.invalidateQueries();
  };
  return (
    <Confirm
      label={t('makeAlert')}
      opened={opened}
      onOpened={open}
      run={run}
      effect={
        draft && (
          <RuleForm
            draft={draft}
            settings={settings}
            accuracy={accuracy}
            isThere={alerts.some((alert) => alert.rule === draft.name)}
            onChange={(change) => setDraft({ ...draft, ...change })}
            onMetric={(metric) => setDraft(draftOf(name, metric, accuracy, alerts))}
          />
        )
      }
    />
  );
}

function RuleForm({
  draft,
  settings,
  accuracy,
  isThere,
  onChange,
  onMetric,
}: {
  draft: RuleDraft;
  settings: RuleSettings | null;
  accuracy: Accuracy;
  isThere: boolean;
  onChange: (change: Partial<RuleDraft>) => void;
  onMetric: (metric: AlertMetric) => void;
}) {
  const t = useT();
  const monitor = accuracy.monitor.settings;
  const text = (key: 'limit' | 'minLabels' | 'span' | 'hold', label: string) => (
    <TextInput
      size="xs"
      label={label}
      inputMode="decimal"
      value={draft[key]}
      onChange={(event) => onChange({ [key]: event.currentTarget.value })}
    />
  );
  return (
    <div className="verb-form">
      <TextInput
        size="xs"
        label={t('rule')}
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        label={t('ruleMetric')}
        value={draft.metric}
        data={metricsOf(monitor)}
        onChange={(event) => onMetric(event.currentTarget.value as AlertMetric)}
      />
      {draft.metric !== 'drift' && (
        <div className="verb-fields">
          <NativeSelect
            size="xs"
            label={t('ruleRelation')}
            value={draft.relation}
            data={['<', '>']}
            onChange={(event) => onChange({ relation: event.currentTarget.value === '<' ? '<' : '>' })}
          />
          {text('limit', t('limit'))}
          {text('span', t('ruleSpan'))}
          {text('minLabels', t('ruleLabels'))}
        </div>
      )}
      {text('hold', t('ruleHold', { unit: monitor.time === '' ? 's' : monitor.time }))}
      {isThere && (
        <p>
          <Status kind="warning">{t('ruleReplaces', { name: draft.name })}</Status>
        </p>
      )}
      {settings ? (
        <>
          <pre className="verb-preview">{yamlOf(draft.name, settings)}</pre>
          <Preview settings={settings} accuracy={accuracy} />
        </>
      ) : (
        <p className="bad">{t('ruleIncomplete')}</p>
      )}
      <p className="meta">{t('ruleStays')}</p>
    </div>
  );
}

/** What would have fired. */
function Preview({ settings, accuracy }: { settings: RuleSettings; accuracy: Accuracy }) {
  const t = useT();
  const read = usePosted<AlertPreview>('alerts/preview', { settings, last: 60 });
  const monitor = accuracy.monitor.settings;
  const name = (window: number) => timeName(monitor, window * widthOf(monitor));
  if (read.error)
    return (
      <p className="bad" role="alert">
        {read.error.message}
      </p>
    );
  if (!read.data) return <p className="muted">…</p>;
  const { alerts, evaluated } = read.data;
  const shown = alerts.slice(-4);
  return (
    <div className="rule-preview" aria-live="polite">
      <p>
        <Status kind={alerts.length === 0 ? 'succeeded' : 'firing'}>
          {alerts.length === 0
            ? t('wouldNot', { windows: evaluated })
            : t('wouldFire', { n: alerts.length, windows: evaluated })}
        </Status>
      </p>
      <ul>
        {shown.map((alert) => (
          <li key={`${alert.column} ${alert.fired_window}`}>
            {alert.column !== '' && <strong>{alert.column} </strong>}
            {alert.resolved_window === undefined
              ? t('wouldStill', { fired: name(alert.fired_window) })
              : t('wouldSpan', { fired: name(alert.fired_window), resolved: name(alert.resolved_window) })}{' '}
            <span className="meta">
              {formatMetric(alert.value)} / {formatMetric(alert.limit)}
            </span>
          </li>
        ))}
      </ul>
      {alerts.length > shown.length && <p className="meta">{t('wouldMore', { n: alerts.length - shown.length })}</p>}
    </div>
  );
}
