import { formatDuration, formatMetric, formatShare } from '../../../kit/number';
import { Status } from '../../../kit/status';
import type { Accuracy, Alert, Heatmap } from '../api';
import { useT } from '../text';
import { timeName } from './wording';

function Tile({ name, value, detail }: { name: string; value: React.ReactNode; detail: React.ReactNode }) {
  return (
    <div className="tile">
      <div className="tile-name" title={name}>
        {name}
      </div>
      <div className="tile-number">{value}</div>
      <div className="meta">{detail}</div>
    </div>
  );
}

/** The five questions of a monitor, one number each. */
export function MonitorTiles({
  accuracy,
  heatmap,
  alerts,
}: {
  accuracy: Accuracy;
  heatmap: Heatmap | undefined;
  alerts: Alert[];
}) {
  const t = useT();
  const { settings, closed_through: closed } = accuracy.monitor;
  const newest = [...accuracy.windows].reverse().find((window) => window.accuracy !== undefined);
  const last = accuracy.windows[accuracy.windows.length - 1];
  const lag = [...accuracy.windows].reverse().find((window) => window.lag_p50_ms !== undefined);
  const at = heatmap ? heatmap.windows.map((window) => window.state).lastIndexOf('closed') : -1;
  const beyond = heatmap?.columns.filter((column) => column.beyond[at]).length ?? 0;
  const firing = alerts.filter((alert) => alert.state === 'firing').length;
  return (
    <div className="tiles">
      <Tile
        name={`${t('accuracy')} · ${newest ? timeName(settings, newest.from) : '–'}`}
        value={formatShare(newest?.accuracy, 1)}
        detail={
          newest ? (
            <>
              {t('interval', { low: formatShare(newest.accuracy_low, 1), high: formatShare(newest.accuracy_high, 1) })}{' '}
              · n {newest.labels}
            </>
          ) : (
            t('noData')
          )
        }
      />
      <Tile
        name={`${t('labelled')} · ${last ? timeName(settings, last.from) : '–'}`}
        value={formatShare(last?.coverage, 0)}
        detail={last ? t('labelledOf', { labels: last.labels, rows: last.predictions }) : t('noData')}
      />
      <Tile
        name={t('labelLag')}
        value={lag ? formatDuration(lag.lag_p50_ms) : '–'}
        detail={lag ? t('lagText', { p90: formatDuration(lag.lag_p90_ms) }) : t('lagUnknown')}
      />
      <Tile
        name={`${t('drift')}${heatmap && at >= 0 ? ` · ${timeName(settings, heatmap.windows[at]?.from ?? 0)}` : ''}`}
        value={at >= 0 ? `${beyond}` : '–'}
        detail={
          !settings.drift
            ? t('driftNone')
            : heatmap && heatmap.columns_total > 0
              ? t('driftOf', { n: beyond, total: heatmap.columns_total })
              : t('noReference')
        }
      />
      <Tile
        name={t('alerts')}
        value={firing === 0 ? '0' : <Status kind="firing">{formatMetric(firing)}</Status>}
        detail={closed === undefined ? t('notYet') : `${t('closedThrough')} ${timeName(settings, closed)}`}
      />
    </div>
  );
}
