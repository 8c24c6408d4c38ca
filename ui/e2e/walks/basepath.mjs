// The page beneath a base path: links, the API, the stream, what clients print and signing in all stay beneath it.
import { check, until } from '../driver.mjs';

export default async function basepath(walk) {
  const { page, data } = walk;
  const outside = new Set(); // What was asked of the server elsewhere.
  walk.context.on('request', (request) => {
    const { pathname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && !pathname.startsWith(`${data.base}/`)) outside.add(pathname);
  });
  const tell = async (path, body) => {
    const answer = await fetch(`${walk.options.url}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    check(answer.ok, `${path} answers`);
    return answer.json();
  };
  const path = () => new URL(page.url()).pathname;

  await walk.open('/ui/settings');
  check(path() === `${data.base}/ui/settings`, 'signed in beneath the path');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.locator('main').getByText(`${walk.base}`, { exact: true }).first().waitFor();
  await walk.press('g e');
  await page.waitForURL(new RegExp(`${data.base}/ui/experiments$`));
  await walk.press('g a');
  await page.waitForURL(new RegExp(`${data.base}/ui/audit$`));
  await page.locator('.stream-live').waitFor();
  const { run } = await tell('runs/create', { experiment_id: '0', run_name: 'beneath the path' });
  await page.locator('main').getByText('beneath the path').first().waitFor();

  await page.goto(`${walk.base}/#/experiments/0/runs/${run.info.run_id}`);
  await page.waitForURL(new RegExp(`${data.base}/ui/runs/${run.info.run_id}$`));
  await page.getByRole('heading', { level: 1, name: 'beneath the path' }).waitFor();
  await page.locator('.nav-item').first().click();
  await page.waitForURL(new RegExp(`${data.base}/ui/home$`));
  await page.locator('.loop-stage').first().waitFor();
  await page.keyboard.press('Control+k');
  await until(
    () => page.getByRole('dialog').getByRole('option').first().textContent(),
    (text) => text.includes('beneath the path'),
    'what was opened last is remembered without the path',
  );
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`${data.base}/ui/runs/${run.info.run_id}$`));
  walk.facts.outside = [...outside];

  // Asked for without the path the page moves beneath it.
  await page.goto(`${walk.proxy.url}/ui/audit?kind=run.created`);
  await page.waitForURL(`${walk.base}/ui/audit?kind=run.created`);
  await page.locator('main').getByText('beneath the path').first().waitFor();
}
