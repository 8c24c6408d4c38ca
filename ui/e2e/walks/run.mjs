// A run that still logs: its curve grows without a reload, and a zoom stays where the reader put it unless it touches
// the right edge. Then its files, which never run, and its other parts.
import { check, holds, until } from '../driver.mjs';
import { openTab } from '../keyboard.mjs';

async function log(walk, from, to) {
  const metrics = Array.from({ length: to - from }, (_, at) => ({
    key: 'loss',
    value: 1 / (from + at + 1),
    step: from + at,
    timestamp: 1_700_000_000_000 + (from + at) * 1000,
  }));
  const answer = await fetch(`${walk.options.url}/api/2.0/mlflow/runs/log-batch`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ run_id: walk.data.live, metrics }),
  });
  check(answer.ok, 'the points are logged');
}

/** Stores the log anew, as a client does while it writes. */
async function logs(walk, text) {
  const path = `mlflow-artifacts/artifacts/0/${walk.data.live}/artifacts/logs/train.txt`;
  const answer = await fetch(`${walk.options.url}/api/2.0/${path}`, { method: 'PUT', body: text });
  check(answer.ok, 'the log is stored');
}

async function read(walk, path) {
  const answer = await fetch(`${walk.options.url}/api/v1/projects/default/${path}`);
  check(answer.ok, path);
  return answer.json();
}

export default async function run(walk) {
  const { page } = walk;
  const zh = walk.options.language === 'zh';
  const { first } = walk.data;
  const seen = [];
  page.on('response', async (response) => {
    if (response.url().endsWith('/metrics/series') && response.ok())
      seen.push(await response.json().catch(() => ({ x: [] })));
  });
  const lastX = () => seen.at(-1)?.x.at(-1);
  await walk.open(`/ui/runs/${walk.data.live}`);
  await page.getByRole('tab', { selected: true }).waitFor();
  await walk.checkAxe('overview');
  await walk.press('2');
  await page.getByRole('img', { name: /^loss/ }).waitFor();
  await until(lastX, (x) => x === first - 1, 'the curve as it is');
  await walk.checkAxe('charts');
  await log(walk, first, first + 50);
  await until(lastX, (x) => x === first + 49, 'the curve grows without a reload');
  await walk.maybeCut();
  await log(walk, first + 50, first + 60);
  await until(lastX, (x) => x === first + 59, 'and goes on');
  const tile = page.locator('.tile-number').first();
  await until(
    () => tile.getAttribute('title'),
    (text) => Math.abs(Number(text) - 1 / (first + 60)) < 1e-12,
    'the tile follows',
  );

  await page.goto(`${walk.base}/ui/runs/${walk.data.live}?tab=charts&c.loss=z:5..20`);
  await until(lastX, (x) => x === 20, 'a zoom');
  await log(walk, first + 60, first + 70);
  await page.waitForTimeout(1500);
  check(lastX() === 20, 'a zoom inside of the curve stays');
  await page.goto(`${walk.base}/ui/runs/${walk.data.live}?tab=charts&c.loss=z:5..`);
  await until(lastX, (x) => x === first + 69, 'a zoom to the right edge');
  await log(walk, first + 70, first + 80);
  await until(lastX, (x) => x === first + 79, 'goes with the curve');

  // What the machine did, and what was printed.
  await walk.press('3');
  await page.getByRole('img', { name: zh ? /^CPU utilization/ : /^CPU utilization, %/ }).waitFor();
  await walk.checkAxe('system');
  await walk.shot?.('system');
  await walk.press('4');
  const lines = page.locator('.log-lines');
  await lines.getByText('epoch 399').waitFor();
  await logs(walk, walk.data.text + 'epoch 400\n');
  await lines.getByText('epoch 400').waitFor();
  await walk.checkAxe('logs');
  await page.goto(`${walk.base}/ui/runs/${walk.data.done}?tab=logs`);
  const target = page.locator('.log-row.is-target');
  await until(
    () => target.textContent().catch(() => ''),
    (text) => text.includes('ValueError: no data'),
    'a log opens at its first error',
  );
  await walk.press('n');
  await until(
    () => target.textContent().catch(() => ''),
    (text) => text.includes('ERROR cannot save'),
    'n goes to the next one',
  );
  await walk.press('Shift+n');
  await until(
    () => target.textContent().catch(() => ''),
    (text) => text.includes('ValueError'),
    'and N back',
  );
  await page.getByRole('search').getByRole('textbox').fill('epoch 27');
  await page.keyboard.press('Enter');
  await page.getByRole('search').getByText(/^11 /).waitFor();
  await walk.checkAxe('searched');
  await walk.shot?.('logs');
  await holds(
    async () => await page.getByRole('link', { name: zh ? '下载' : 'Download' }).isVisible(),
    'the log can be downloaded',
  );
  await openTab(walk, zh ? '系统' : 'System');
  await page.getByText('mlflow.enable_system_metrics_logging()').waitFor();
  await walk.checkAxe('no system metrics');
  // Against its parent, as the API says.
  const { baseline } = await read(walk, `runs/${walk.data.done}/baseline`);
  const { run: child } = await read(walk, `runs/${walk.data.done}`);
  const by = child.metrics[0].value - baseline.metrics.find((one) => one.key === child.metrics[0].key).value;
  const delta = (await page.locator('.tile-delta').first().textContent()).replace('−', '-').replaceAll(/[ ,]/g, '');
  check(Math.abs(Number(delta) - by) <= Math.abs(by) * 0.01, `the tile says ${delta} for ${by}`);
  await page.locator('.run-tiles').getByText('the parent').waitFor();
  await walk.shot?.('tiles');

  await page.goto(`${walk.base}/ui/runs/${walk.data.live}?tab=artifacts`);
  await walk.click(page.getByRole('button', { name: /^report\.html/ }));
  const link = page.getByRole('link', { name: zh ? '打开（不运行脚本）' : 'Open without scripts' });
  const opened = await walk.newPage();
  await opened.goto(new URL(await link.getAttribute('href'), walk.base).href);
  await opened.getByText('Hello').waitFor();
  await holds(async () => (await opened.title()) !== 'owned', 'a script of a run does not run');
  await opened.close();
  walk.errors = walk.errors.filter((text) => !/sandboxed|Content Security Policy/.test(text));
  walk.violations = walk.violations.filter((text) => !text.startsWith('script-src'));
  await walk.click(page.getByRole('button', { name: /^table\.csv/ }));
  await page.getByRole('cell', { name: 'apple' }).waitFor();
  await walk.checkAxe('artifacts');
  for (const [key, name] of [
    ['6', 'inputs'],
    ['7', 'config'],
    ['8', 'reproduce'],
  ]) {
    await walk.press(key);
    await page.waitForTimeout(300);
    await walk.checkAxe(name);
  }
  check(page.url().includes('tab=reproduce'), 'the tab is in the URL');
}
