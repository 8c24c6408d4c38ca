// A draft of what is told afterwards, from the record; pure.
import { formatDuration, formatMetric, formatTime } from '../../../kit/number';
import { listedOnly, type Incident } from '../api';
import type { T } from '../text';
import { causeText, kindName, sentenceOf } from './wording';

export type LogEntry = { atMs: number; text: string };

/** What happened with an incident, oldest first. */
export function logOf(incident: Incident, windowName: (window: number) => string, t: T): LogEntry[] {
  const log: LogEntry[] = [{ atMs: incident.opened_ms, text: t('evOpened', { window: windowName(incident.window) }) }];
  for (const ranking of incident.rankings) {
    const suspected = ranking.candidates.filter((one) => one.score >= listedOnly).length;
    const joined = incident.alerts.filter((alert) => alert.window === ranking.window);
    for (const alert of joined) {
      log.push({
        atMs: ranking.made_ms,
        text: t('evFired', {
          rule: alert.column === '' ? alert.rule : `${alert.rule} · ${alert.column}`,
          value: formatMetric(alert.value),
          limit: formatMetric(alert.limit),
        }),
      });
    }
    log.push({ atMs: ranking.made_ms, text: t('evRanked', { n: suspected }) });
  }
  if (incident.acked_ms !== undefined)
    log.push({ atMs: incident.acked_ms, text: t('evAcked', { actor: incident.acked_by }) });
  if (incident.cause_ms !== undefined)
    log.push({
      atMs: incident.cause_ms,
      text: t('evCause', { actor: incident.cause_by, cause: causeText(incident, t) }),
    });
  if (incident.closed_ms !== undefined)
    log.push({ atMs: incident.closed_ms, text: t('evClosed', { actor: incident.closed_by, reason: incident.reason }) });
  return log
    .map((entry, at) => ({ entry, at }))
    .sort((a, b) => a.entry.atMs - b.entry.atMs || a.at - b.at)
    .map(({ entry }) => entry);
}

export function postMortem(
  incident: Incident,
  log: readonly LogEntry[],
  windowName: (window: number) => string,
  language: string,
  t: T,
): string {
  const ranking = incident.rankings[incident.rankings.length - 1];
  const end =
    incident.closed_ms === undefined
      ? ''
      : `, ${t('closedAt')} ${formatTime(incident.closed_ms, true)} (${formatDuration(incident.closed_ms - incident.opened_ms)})`;
  const causes = (ranking?.candidates ?? [])
    .filter((one) => one.score >= listedOnly)
    .map(
      (one, at) =>
        `${at + 1}. **${kindName(one.kind, t)} ${one.name}** (${one.score.toFixed(2)}): ${language === 'en' ? one.what : sentenceOf(one, t)}`,
    );
  return [
    `# ${t('pmTitle', { number: incident.number, monitor: incident.monitor })}`,
    '',
    `## ${t('pmSummary')}`,
    `${t('opened')} ${formatTime(incident.opened_ms, true)}${end}.`,
    `${t('cause')}: ${incident.cause === '' ? t('causeNone') : causeText(incident, t)}`,
    '',
    `## ${t('pmImpact')}`,
    t('pmImpactText', {
      endpoint: incident.endpoint,
      from: windowName(ranking?.fall ?? incident.window),
      to: windowName(ranking?.window ?? incident.window),
    }),
    '',
    `## ${t('pmTimeline')}`,
    ...log.map((entry) => `- ${formatTime(entry.atMs, true)} ${entry.text}`),
    '',
    `## ${t('pmCauses')}`,
    ...(causes.length === 0 ? [t('rankedNone')] : causes),
    '',
    `## ${t('pmActions')}`,
    `- ${t('pmTodo')}`,
    '',
  ].join('\n');
}
