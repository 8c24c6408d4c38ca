// A run page that is looked at for a long time while its run logs: the browser's heap must not grow.
import { check, until } from '../driver.mjs';

const MiB = 1024 * 1024;

export default async function soak(walk) {
  const { page, data } = walk;
  await walk.open(`/ui/runs/${data.run}?tab=charts`);
  const session = await walk.context.newCDPSession(page);
  await session.send('Performance.enable');
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'JSHeapUsedSize').value / MiB;
  };
  const figure = page.locator('canvas').first();
  await figure.waitFor();
  await page.waitForTimeout(data.warm_s * 1000);
  const before = await heap();
  const label = () => page.locator('[role=img][aria-label], canvas[aria-label]').first().getAttribute('aria-label');
  let last = await label();
  let changes = 0;
  const end = Date.now() + data.minutes * 60_000;
  while (Date.now() < end) {
    last = await until(label, (now) => now !== last, 'the chart goes on by itself', 60_000);
    changes += 1;
    await page.waitForTimeout(Math.min(5000, Math.max(0, end - Date.now())));
  }
  const after = await heap();
  Object.assign(walk.facts, { before_mib: before, after_mib: after, changes });
  check(changes > data.minutes * 2, `the chart changed ${changes} times`);
}
