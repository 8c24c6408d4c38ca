// A run that is under way: its log grows, its graph changes without a reload, it is cancelled and retried.
import { writeFileSync } from 'node:fs';
import { holds, until } from '../driver.mjs';
import { openNode, openTab } from '../keyboard.mjs';

export default async function live(walk) {
  const { page, data } = walk;
  const zh = walk.options.language === 'zh';
  const state = (id) => page.locator(`.dag-node[data-node="${id}"]`).getAttribute('class');
  await walk.open(`/ui/pipeline-runs/${data.run}`);
  await page.getByRole('region', { name: 'slow', exact: true }).waitFor();
  const lines = page.locator('.log-row');
  await lines.first().waitFor();
  const before = await lines.count();
  await until(
    () => lines.count(),
    (count) => count > before,
    'the log grows',
  );
  await holds(
    () =>
      page.locator('.log-lines').evaluate((frame) => frame.scrollHeight - frame.scrollTop - frame.clientHeight < 40),
    'its end is in view',
  );
  await walk.checkAxe('running');
  await walk.shot?.('running');

  await openNode(walk, 'after');
  await until(
    () => page.locator('.why-line').first().textContent(),
    (text) => text.includes('slow'),
    'it says what it waits for',
  );
  await walk.maybeCut();
  writeFileSync(data.go, '');
  await until(
    () => state('slow'),
    (text) => text.includes('is-succeeded'),
    'the graph changes by itself',
  );
  await until(
    () => state('after'),
    (text) => text.includes('is-running'),
    'the next one runs',
  );
  await openTab(walk, zh ? '日志' : 'Log');
  await page.getByText('for ever').waitFor();

  const cancel = page.getByRole('button', { name: zh ? '取消' : 'Cancel' }).first();
  await walk.click(cancel);
  const confirm = page.locator('.confirm');
  await confirm.waitFor();
  await walk.click(confirm.locator('[type=submit]'));
  await until(
    () => state('after'),
    (text) => text.includes('is-aborted'),
    'the job is ended',
  );
  await page.locator('h1 .status-aborted').waitFor();
  const retry = page.getByRole('button', { name: zh ? '重试' : 'Retry' });
  await walk.click(retry);
  await confirm.waitFor();
  await walk.click(confirm.locator('[type=submit]'));
  await until(
    () => state('after'),
    (text) => text.includes('is-running'),
    'it goes on',
  );
  await page.getByRole('button', { name: new RegExp(zh ? '第 2 次尝试' : 'Attempt 2') }).waitFor();
  await walk.click(cancel);
  await confirm.waitFor();
  await walk.click(confirm.locator('[type=submit]'));
  await page.locator('h1 .status-aborted').waitFor();
}
