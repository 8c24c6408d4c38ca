// The second half of the walk over the runs table: small curves, best values with their steps, sorting by keys, what
// is done to many runs and undone, keys that are new, and a view that is too long for a link.
import { check, holds, until } from './driver.mjs';

const digits = (text) => Number((/[\d,. ]+/.exec(text ?? '')?.[0] ?? '').replace(/\D/g, ''));

async function api(walk, path, body) {
  const answer = await fetch(`${walk.options.url}/api/v1/projects/default/${path}`, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  check(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

export async function small(walk, { rows, grid }) {
  const { page } = walk;
  const asked = [];
  const hear = (request) => request.url().endsWith('/runs/sparks') && asked.push(JSON.parse(request.postData()));
  page.on('request', hear);
  await page.goto(`${walk.base}/ui/experiments?cols=best(metrics.loss),spark(metrics.auc),params.lr&sort=-metrics.auc`);
  await grid.locator('.spark path').first().waitFor();
  await until(
    () => rows.first().locator('.run-step').count(),
    (count) => count === 1,
    'the best value has its step',
  );
  const seen = await rows.count();
  await holds(
    async () => (await grid.locator('.table-body .spark').count()) === seen,
    'every row in view has its curve',
  );
  check(
    asked.length === 1 && asked[0].runs.length >= seen && asked[0].keys.join() === 'auc,loss',
    `one request for all of them: ${asked.map((one) => one.runs.length)}`,
  );
  page.off('request', hear);
  const id = await rows.first().getAttribute('data-id');
  const { sparks } = await api(walk, 'runs/sparks', { runs: [id], keys: ['loss'] });
  const step = digits(await rows.first().locator('.run-step').textContent());
  check(step === sparks[0].min_step, `the step of the best value: ${step}`);
  const shown = await rows
    .first()
    .locator('.table-cell', { has: page.locator('.run-step') })
    .locator('span')
    .first();
  await holds(async () => Number(await shown.getAttribute('title')) === sparks[0].min, 'and the value');
  await walk.checkAxe('curves');
  await walk.shot?.('sparks');

  // Sorted by the column that the arrows reach.
  await rows.first().focus();
  for (let at = 0; at < 8; ++at) {
    await page.keyboard.press('ArrowRight');
    if ((await grid.locator('[data-at]').getAttribute('data-column')) === 'params.lr') break;
  }
  await page.keyboard.press('s');
  await until(
    () => page.url(),
    (url) => url.includes('sort=-params.lr'),
    's sorts by the column',
  );
}

export async function changes(walk, { rows, total }) {
  const { page, data } = walk;
  const zh = walk.options.language === 'zh';
  await page.goto(`${walk.base}/ui/experiments/${data.experiment}`);
  await rows.first().waitFor();
  const before = digits(await total.textContent());
  // Ctrl+Z: the view as it was.
  const plain = page.url();
  await page.keyboard.press('/');
  await page.keyboard.type("status = 'failed'");
  await page.keyboard.press('Enter');
  await until(
    () => total.textContent(),
    (text) => digits(text) < before,
    'the filter is in force',
  );
  await rows.first().focus();
  await page.keyboard.press('Control+z');
  await until(
    () => total.textContent(),
    (text) => digits(text) === before,
    'the view is as it was',
  );
  check(page.url() === plain, 'and so is its link');
  const picked = [await rows.nth(0).getAttribute('data-id'), await rows.nth(1).getAttribute('data-id')];
  await rows.first().focus();
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const verb = page.locator('.selection').getByRole('button', { name: zh ? '归档' : 'Archive' });
  await walk.click(verb);
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^2 /).waitFor();
  await walk.checkAxe('archive');
  await walk.shot?.('archive');
  await walk.click(dialog.getByRole('button', { name: zh ? '归档' : 'Archive' }));
  await until(
    () => total.textContent(),
    (text) => digits(text) === before - 2,
    'archived runs are out of sight',
  );
  for (const id of picked) check((await api(walk, `runs/${id}`)).run.state === 'deleted', 'and archived');
  const toast = page.locator('.toast-undo');
  await toast.getByText(/2/).first().waitFor();
  await walk.checkAxe('undo');
  await walk.shot?.('undo');
  await page.keyboard.press('Control+z');
  await until(
    () => total.textContent(),
    (text) => digits(text) === before,
    'and come back',
  );
  for (const id of picked) check((await api(walk, `runs/${id}`)).run.state === 'active', 'as before');

  // A tag of all that the filter finds.
  await page.goto(`${walk.base}/ui/experiments/${data.experiment}?q=status+%3D+'failed'`);
  await rows.first().waitFor();
  const failed = digits(await total.textContent());
  await rows.first().focus();
  await page.keyboard.press('x');
  await walk.click(
    page.locator('.selection').getByRole('button', { name: new RegExp(zh ? '选择全部' : 'Select all') }),
  );
  await walk.click(page.locator('.selection').getByRole('button', { name: zh ? '标签' : 'Tag', exact: true }));
  await dialog.waitFor();
  await page.keyboard.type('looked-at');
  await page.keyboard.press('Tab');
  await page.keyboard.type('yes');
  await walk.checkAxe('tag');
  await page.keyboard.press('Enter');
  await toast.getByText(new RegExp(String(failed))).waitFor();
  const tagged = await api(walk, 'runs/query', { filter: "tags.`looked-at` = 'yes'" });
  check(tagged.total === failed, `all that were found are tagged: ${tagged.total} of ${failed}`);
}

export async function keysAndViews(walk, { rows, total, grid, post }) {
  const { page, data } = walk;
  await page.goto(`${walk.base}/ui/experiments/${data.experiment}`);
  await rows.first().waitFor();
  const first = await rows.first().getAttribute('data-id');
  const heads = await grid.getByRole('columnheader').count();
  await post(walk, 'runs/log-batch', {
    run_id: first,
    metrics: [{ key: 'brand/new', value: 1, step: 0, timestamp: Date.now() }],
  });
  await page.locator('.fresh-keys').waitFor();
  await holds(async () => (await grid.getByRole('columnheader').count()) === heads, 'a new key makes no column');
  await walk.click(page.locator('.fresh-keys'));
  const offered = page.locator('.chooser-lists li').first();
  await until(
    () => offered.textContent().catch(() => ''),
    (text) => text.includes('metrics.brand/new'),
    'it is offered first',
  );
  await walk.checkAxe('new keys');
  await walk.shot?.('newkeys');
  await page.keyboard.press('Escape');
  await until(
    () => page.locator('.fresh-keys').count(),
    (count) => count === 0,
    'and is no news afterwards',
  );

  // A view that does not fit into a link.
  const { rows: known } = await api(walk, 'runs/query', { experiments: [data.experiment] });
  const hidden = known.slice(0, 70).map((row) => row.id);
  await page.goto(`${walk.base}/ui/experiments/${data.experiment}?hide=${hidden.join(',')}&sort=metrics.auc`);
  await until(
    () => page.url(),
    (url) => /\?view=[0-9a-f]+$/.test(url),
    'the state is kept under an id',
  );
  await rows.first().waitFor();
  const other = await walk.newPage();
  await other.goto(page.url());
  await other.locator('[role=grid] .table-body [role=row][data-id]:not([data-id=""])').first().waitFor();
  const seen = (one) =>
    one.evaluate(() => ({
      total: document.querySelector('.runs-count > span').textContent,
      rows: [...document.querySelectorAll('[role=grid] .table-body [role=row]')]
        .slice(0, 10)
        .map((row) => row.dataset.id),
      sorted: document.querySelector('[aria-sort=ascending]')?.dataset.column,
    }));
  const here = await seen(page);
  check(here.sorted === 'metrics.auc' && !here.rows.some((id) => hidden.includes(id)), 'it is the view');
  await holds(
    async () => JSON.stringify(await seen(other)) === JSON.stringify(here),
    `the link shows the same: ${JSON.stringify(here)}`,
  );
  await other.close();
  const link = page.url();
  await walk.click(page.locator('.selection .link-button').last());
  await until(
    () => total.textContent(),
    (text) => digits(text) === digits(here.total) + hidden.length,
    'a change goes on from it',
  );
  check(!page.url().includes('view=') && page.url() !== link, 'and the URL is short again');
}
