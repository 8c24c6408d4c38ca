import { ticks } from '../../../kit/scale';
import type { Alert, Incident, MonitorSettings } from '../api';
import { useT, type T } from '../text';
import { percentOf, rangeOf, spansOf, type AlertSpan } from './spans';
import { windowName } from './wording';

type Props = { incident: Incident; past: Alert[]; settings: MonitorSettings | undefined; newest?: number | null };

/** One row per alert: pending, firing, resolved, over the windows of event time. */
export function Timeline({ incident, past, settings, newest = null }: Props) {
  const t = useT();
  const spans = spansOf(incident, past);
  const range = rangeOf(incident, spans, newest);
  const fall = incident.rankings[incident.rankings.length - 1]?.fall;
  const name = (window: number) => windowName(settings, window, incident.width);
  const named = ticks(range.from, range.to, 8).filter(Number.isInteger);
  return (
    <>
      <div className="span-grid" role="list" aria-label={t('timelineLabel')}>
        {spans.map((span) => (
          <div key={span.alert.alert} role="listitem" className="span-row" title={wordsOf(span, name, t)}>
            <span className="span-name">
              {ruleName(span)}
              <span className="sr-only">{wordsOf(span, name, t)}</span>
            </span>
            <div className="span-track" aria-hidden="true">
              {fall !== undefined && <span className="span-fall" style={{ left: `${percentOf(fall, range)}%` }} />}
              {span.active < span.fired && <Bar kind="pending" from={span.active} to={span.fired} range={range} />}
              <Bar
                kind="firing"
                from={span.fired}
                to={span.resolved ?? (span.isFiring ? range.to : span.fired + 1)}
                range={range}
              />
              {!span.isFiring && (
                <Bar
                  kind="resolved"
                  from={span.resolved ?? span.fired + 1}
                  to={span.resolved ?? span.fired + 1}
                  range={range}
                />
              )}
            </div>
          </div>
        ))}
        <div className="span-row" aria-hidden="true">
          <span />
          <div className="span-axis">
            {named.map((window) => (
              <span key={window} style={{ left: `${percentOf(window, range)}%` }}>
                {name(window)}
              </span>
            ))}
          </div>
        </div>
      </div>
      <ul className="span-legend" aria-hidden="true">
        <li>
          <span className="span-key">
            <span className="span span-pending" />
          </span>
          {t('pendingSpan')}
        </li>
        <li>
          <span className="span-key">
            <span className="span span-firing" />
          </span>
          {t('firingSpan')}
        </li>
        <li>
          <span className="span-key">
            <span className="span span-resolved" />
          </span>
          {t('resolvedSpan')}
        </li>
        {fall !== undefined && (
          <li>
            <span className="span-key">
              <span className="span-fall" />
            </span>
            {t('fallAt')}
          </li>
        )}
      </ul>
    </>
  );
}

function Bar({
  kind,
  from,
  to,
  range,
}: {
  kind: string;
  from: number;
  to: number;
  range: { from: number; to: number };
}) {
  const left = percentOf(from, range);
  return (
    <span
      className={`span span-${kind}`}
      style={
        kind === 'resolved' ? { left: `${left}%` } : { left: `${left}%`, width: `${percentOf(to, range) - left}%` }
      }
    />
  );
}

export function ruleName(span: AlertSpan): string {
  return span.alert.column === '' ? span.alert.rule : `${span.alert.rule} · ${span.alert.column}`;
}

function wordsOf(span: AlertSpan, name: (window: number) => string, t: T): string {
  const end = span.isFiring
    ? t('endsNow')
    : span.resolved === null
      ? t('endsUnknown')
      : t('endsAt', { window: name(span.resolved) });
  return t('timelineRow', { rule: ruleName(span), active: name(span.active), fired: name(span.fired), end });
}
