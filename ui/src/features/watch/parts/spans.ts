// From when to when an incident's alerts were pending and fired, in windows; pure.
import type { Alert, Incident, IncidentAlert } from '../api';

export type AlertSpan = {
  alert: IncidentAlert;
  active: number;
  fired: number;
  resolved: number | null; // The window at which it was, if that is known.
  isFiring: boolean;
};

/** `past`: what the alerts' history knows beside the incident, by id. */
export function spansOf(incident: Incident, past: readonly Alert[]): AlertSpan[] {
  return incident.alerts.map((alert) => {
    const known = past.find((one) => one.id === alert.alert);
    return {
      alert,
      active: alert.active_window,
      fired: alert.window,
      resolved: known?.resolved_window ?? null,
      isFiring: alert.state === 'firing',
    };
  });
}

/** What the timeline spans: from the oldest window that was looked at to the newest that something is known of. */
export function rangeOf(
  incident: Incident,
  spans: readonly AlertSpan[],
  newest: number | null,
): { from: number; to: number } {
  const windows = spans.flatMap((span) => [span.active, span.fired, span.resolved ?? span.fired]);
  const ranked = incident.rankings.flatMap((ranking) => [ranking.first_window, ranking.window]);
  const all = [
    incident.window,
    ...windows,
    ...ranked,
    ...(newest === null || !spans.some((span) => span.isFiring) ? [] : [newest]),
  ];
  return { from: Math.min(...all), to: Math.max(...all) + 1 };
}

/** Where a window begins in the range, in per cent of it. */
export function percentOf(window: number, range: { from: number; to: number }): number {
  return ((window - range.from) / Math.max(1, range.to - range.from)) * 100;
}
