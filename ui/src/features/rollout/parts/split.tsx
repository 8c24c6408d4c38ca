// An endpoint's variants: asked share, and what was measured in the last ten minutes.
import { useApi } from '../../../api/client';
import type { Endpoint, TrafficAnswer } from '../api';
import { useT } from '../text';
import { TrafficTable, type TrafficLine } from './traffictable';
import { nameOf } from './words';

const minutes = 10;

export function SplitPanel({ endpoint }: { endpoint: Endpoint }) {
  const t = useT();
  const read = useApi<TrafficAnswer>(
    `endpoints/${encodeURIComponent(endpoint.name)}/traffic`,
    { minutes },
    { refetchMs: 5000 },
  );
  const found = read.data?.variants ?? [];
  const all = found.reduce((sum, one) => sum + one.requests, 0);
  const others = found.filter(
    (one) => one.requests > 0 && !endpoint.variants.some((variant) => variant.id === one.variant),
  );
  const rows = [
    ...endpoint.variants.map((variant) => ({
      id: variant.id,
      label: variant.name,
      name: nameOf(variant),
      target: variant.weight,
      mirror: variant.mirror,
    })),
    ...others.map((one) => ({
      id: one.variant,
      label: one.variant === '' ? '' : t('retired'),
      name: one.variant === '' ? t('not_answered') : nameOf(one),
      target: 0,
      mirror: 0,
    })),
  ];
  const lineOf = (row: (typeof rows)[number], index: number): TrafficLine => {
    const traffic = found.find((one) => one.variant === row.id);
    const requests = traffic?.requests ?? 0;
    return {
      ...row,
      role: index === 0 ? 'champion' : 'challenger',
      measured: all === 0 ? undefined : requests / all,
      rps: requests / (minutes * 60),
      requests,
      failed: traffic?.failed ?? 0,
      degraded: traffic?.degraded ?? 0,
      p50_ms: traffic?.p50_ms,
      p99_ms: traffic?.p99_ms,
    };
  };
  return (
    <section className="panel" aria-labelledby="split-title">
      <h2 id="split-title">
        {t('traffic')} <span className="meta">{t('traffic10')}</span>
      </h2>
      <TrafficTable lines={rows.map(lineOf)} />
    </section>
  );
}
