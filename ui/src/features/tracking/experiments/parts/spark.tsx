// A metric's curve in a cell: its shape, and where its best value is. Each on a scale of its own.
import { formatCount, formatMetric } from '../../../../kit/number';
import type { RunSpark } from '../api';
import { useT } from '../text';
import { sparkPath } from '../sparkpath';

const size = { width: 104, height: 20, edge: 2 };

export function Spark({ spark, name }: { spark: RunSpark | undefined; name: string }) {
  const t = useT();
  if (!spark || spark.y.length === 0) return <span className="muted">–</span>;
  const { path, at } = sparkPath(spark.x, spark.y.map(Number), size);
  const best = spark.best === 'min' ? spark.min_step : spark.max_step;
  const mark = best === undefined ? undefined : at(best, Number(spark.best === 'min' ? spark.min : spark.max));
  const label = t('sparkSays', {
    name,
    first: formatMetric(spark.y[0]),
    last: formatMetric(spark.y.at(-1)),
    n: formatCount(spark.points),
  });
  return (
    <svg className="spark" viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={label}>
      <title>{label}</title>
      {spark.y.length > 1 && <path d={path} />}
      {mark && <circle cx={mark.x} cy={mark.y} r="2" />}
    </svg>
  );
}
