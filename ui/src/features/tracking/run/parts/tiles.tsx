// The latest values, and how far they are from what the run is measured against.
import { useMemo } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../../../api/client';
import { formatDelta, formatMetric, toNumber } from '../../../../kit/number';
import type { Run, RunBaseline, RunBaselineAnswer } from '../../curves/api';
import { isSystem } from '../../curves/keys';
import { useT } from '../../curves/text';

const tilesMax = 6;

/** Those of no prefix first: `auc` says more than `val/loss`; what the machine did is not among them. */
export function Tiles({ run }: { run: Run }) {
  const metrics = useMemo(
    () =>
      run.metrics
        .filter((metric) => !isSystem(metric.key))
        .sort((a, b) => Number(a.key.includes('/')) - Number(b.key.includes('/')) || (a.key < b.key ? -1 : 1))
        .slice(0, tilesMax),
    [run.metrics],
  );
  const read = useApi<RunBaselineAnswer>(`runs/${run.id}/baseline`, {}, { topics: [`run/${run.id}`] });
  if (metrics.length === 0) return null;
  const baseline = read.data?.baseline;
  const other = baseline && baseline.run !== run.id ? baseline : undefined;
  return (
    <section className="run-tiles">
      <div className="tiles">
        {metrics.map((metric) => (
          <div key={metric.key} className="tile">
            <div className="tile-name" title={metric.key}>
              {metric.key}
            </div>
            <div className="tile-number" title={String(metric.value)}>
              {formatMetric(metric.value)}
            </div>
            {other && <Delta value={metric.value} metric={metric.key} baseline={other} />}
          </div>
        ))}
      </div>
      {read.data && <Against run={run} baseline={baseline} />}
    </section>
  );
}

function Delta({ value, metric, baseline }: { value: number | string; metric: string; baseline: RunBaseline }) {
  const t = useT();
  const there = baseline.metrics.find((one) => one.key === metric)?.value;
  const [mine, other] = [toNumber(value), toNumber(there)];
  if (there === undefined) return <div className="tile-delta">{t('notThere')}</div>;
  const by = mine !== null && other !== null ? mine - other : NaN;
  return (
    <div className="tile-delta" title={t('wasThere', { value: String(there) })}>
      {Number.isFinite(by) ? formatDelta(by) : t('wasThere', { value: formatMetric(there) })}
    </div>
  );
}

/** What the differences are from; a tile alone would not say. */
function Against({ run, baseline }: { run: Run; baseline: RunBaseline | undefined }) {
  const t = useT();
  if (!baseline) return <p className="meta">{t('noBaselineHere')}</p>;
  const champion = { model: baseline.model ?? '', version: String(baseline.version ?? '') };
  if (baseline.run === run.id) return <p className="meta">{t('isChampion', champion)}</p>;
  return (
    <p className="meta">
      <Link href={`/compare?runs=${run.id},${baseline.run}&baseline=${baseline.run}`}>
        {baseline.kind === 'parent' ? t('vsParent', { name: baseline.name }) : t('vsChampion', champion)}
      </Link>
    </p>
  );
}
