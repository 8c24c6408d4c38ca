// Runs: filter with completion, group, copy the link, sort, peek, select, columns, what is new, export; over what
// tests/page/fixture.py logged and counted.
import { readFileSync } from 'node:fs';
import { check, holds, until } from '../driver.mjs';
import { changes, keysAndViews, small } from '../runs_more.mjs';

const filter = "(lr < 0.01 OR opt = 'adamw') AND auc > 0.9";
const digits = (text) => Number((/[\d,. ]+/.exec(text)?.[0] ?? '').replace(/\D/g, ''));

export default async function runs(walk) {
  const { page, data } = walk;
  await walk.open('/ui/home');
  walk.clicks = 0;
  await walk.click(page.locator('nav .nav-item[href$="/experiments"]'));
  const grid = page.getByRole('grid');
  const rows = grid.locator('.table-body [role=row][data-id]:not([data-id=""])');
  await rows.first().waitFor();
  const total = page.locator('.runs-count > span').first();
  await holds(
    async () => digits(await total.textContent()) === data.total,
    `all runs are counted: ${await total.textContent()}`,
  );
  await walk.checkAxe('runs');
  await walk.shot?.('runs');

  // The filter, with what is offered; `/` leads there.
  const field = page.getByRole('combobox');
  await page.keyboard.press('/');
  await page.keyboard.type('(lr');
  const option = (text) =>
    page
      .getByRole('option', { name: new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\s|$|\\D)`) })
      .first();
  await option('lr').waitFor();
  await walk.checkAxe('completion');
  await page.keyboard.press('Tab');
  await until(
    () => field.inputValue(),
    (text) => text === '(lr ',
    'Tab takes the key',
  );
  await page.keyboard.type('< 0.01 OR opt = ');
  await option("'adamw'").waitFor();
  await page.keyboard.type("'ada");
  await until(
    () => page.getByRole('option').count(),
    (count) => count === 2,
    'adam and adamw are offered',
  );
  await page.keyboard.press('ArrowDown');
  if (!(await page.locator('[role=option][aria-selected=true]').textContent()).startsWith("'adamw'"))
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await until(
    () => field.inputValue(),
    (text) => text === "(lr < 0.01 OR opt = 'adamw' ",
    'Enter takes what the arrows chose',
  );
  await page.keyboard.press('Backspace');
  await page.keyboard.type(') AND auc > ');
  await page.keyboard.type('0.9');
  await page.keyboard.press('Enter');
  await until(
    () => total.textContent(),
    (text) => digits(text) === data.matching,
    `the filter finds ${data.matching}`,
  );
  await holds(async () => (await page.locator('.filterbar-chips .chip').count()) === 2, 'two clauses are chips');

  // Groups over all rows.
  await walk.click(page.getByRole('button', { name: /^(Group|分组)$/ }));
  await page.locator('.group-keys').waitFor();
  await walk.checkAxe('group by');
  await walk.click(page.getByRole('button', { name: /^✓?\s*tags\.dataset-version/ }));
  const groups = page.locator('.groups tbody tr');
  await until(
    () => groups.count(),
    (count) => count === Object.keys(data.versions).length,
    'a group for each version',
  );
  const counted = Object.fromEntries(
    await groups.evaluateAll((all) =>
      all.map((row) => [row.cells[0].textContent, Number(row.cells[1].textContent.replace(/\D/g, ''))]),
    ),
  );
  check(
    JSON.stringify(Object.entries(counted).sort()) === JSON.stringify(Object.entries(data.versions).sort()),
    `groups count all rows: ${JSON.stringify(counted)}`,
  );
  await walk.maybeCut();
  await page.keyboard.press('Escape');

  // The same view behind its link.
  await walk.click(page.getByRole('button', { name: /Copy link|复制链接/ }));
  await until(
    () => page.evaluate(() => navigator.clipboard.readText()),
    (text) => text.includes('group=tags.dataset-version'),
    'the link is copied',
  );
  walk.facts.clicks_to_link = walk.clicks;
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await walk.newPage();
  await other.goto(link);
  await other.locator('.groups tbody tr').first().waitFor();
  await other.locator('[role=grid] [role=row][data-id]:not([data-id=""])').first().waitFor();
  const seen = (one) =>
    one.evaluate(() => ({
      filter: document.querySelector('[role=combobox]').value,
      groups: document.querySelector('.groups tbody').textContent,
      heads: document.querySelector('[role=grid] .table-head').textContent,
      first: [...document.querySelectorAll('[role=grid] [role=row][data-id]')]
        .slice(0, 10)
        .map((row) => row.dataset.id),
    }));
  await holds(
    async () => JSON.stringify(await seen(other)) === JSON.stringify(await seen(page)),
    'the link shows the same view',
  );
  await holds(async () => (await seen(page)).filter === filter, 'the filter is what was written');
  await walk.checkAxe('groups', other);
  await walk.shot?.('groups');
  await other.close();

  await page.goto(`${walk.base}/ui/experiments?sort=-metrics.auc`);
  await until(
    () => rows.first().getAttribute('data-id'),
    (id) => id === data.best,
    'the best run is first',
  );
  // All rows of the table compared: the first 500 of its order, evaluated by the server again.
  if (!walk.options.cut && !walk.options.theme) {
    const diff = page.waitForResponse((response) => response.url().endsWith('/runs/diff'));
    await page.keyboard.press('Shift+C');
    const compared = JSON.parse((await diff).request().postData()).runs;
    check(compared.length === 500 && new Set(compared).size === 500, 'five hundred runs are compared');
    check(compared[0] === data.best, 'in the order of the table');
    const source = page.locator('.rows-source');
    await source.waitFor();
    const said = (await source.textContent()).replace(/(\d)[\s,]+(\d)/g, '$1$2');
    check(said.includes('500') && said.includes(String(data.total)), `it says of how many: ${said}`);
    await walk.checkAxe('all rows compared');
    await page.goto(`${walk.base}/ui/experiments?sort=-metrics.auc`);
    await rows.first().waitFor();
  }
  // To the last row, which nobody has loaded yet.
  await rows.first().focus();
  await page.keyboard.press('End');
  await until(
    () =>
      grid
        .locator(`[aria-rowindex="${data.total + 1}"]`)
        .getAttribute('data-id')
        .catch(() => ''),
    (id) => (id ?? '') !== '',
    'the last row is loaded',
  );
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await page.locator('.inspector .run-peek').waitFor();
  await walk.checkAxe('peek');
  await walk.shot?.('peek');
  await page.keyboard.press('Escape');

  // A baseline, and what is selected is compared.
  await rows.first().focus();
  await page.keyboard.press('x');
  await page.keyboard.press('b');
  await page.locator('.table-top [role=row]').waitFor();
  await page.locator('.run-delta').first().waitFor();
  await walk.checkAxe('baseline');
  await walk.shot?.('baseline');
  await rows.first().focus();
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+x');
  await page.locator('.selection strong').waitFor();
  await holds(async () => digits(await page.locator('.selection strong').textContent()) === 3, 'a range is selected');
  await page.keyboard.press('h');
  await until(
    () => total.textContent(),
    (text) => digits(text) === data.total - 3,
    'hidden runs are not counted',
  );
  await walk.click(page.locator('.selection .link-button').last());
  await until(
    () => total.textContent(),
    (text) => digits(text) === data.total,
    'and come back',
  );

  // Columns.
  await page.keyboard.press('o');
  await page.locator('.chooser').waitFor();
  await page.locator('.chooser .profile').first().waitFor();
  await walk.checkAxe('columns');
  await walk.shot?.('columns');
  await page.keyboard.type('momentum');
  const momentum = page.locator('.chooser').getByRole('checkbox', { name: /params\.momentum/ });
  await momentum.waitFor();
  if (walk.options.keyboard) {
    await walk.reach(momentum);
    await page.keyboard.press('Space');
  } else {
    await walk.click(momentum);
  }
  // A column moves from list to list, and the focus with it.
  await page.locator('.chooser-find').fill('');
  for (const isShown of [false, true]) {
    await momentum.press('Space');
    await holds(
      () => momentum.evaluate((box, wanted) => box === document.activeElement && box.checked === wanted, isShown),
      'the focus is where the column is',
    );
  }
  await page.keyboard.press('Escape');
  await holds(async () => (await momentum.count()) === 0, 'Escape closes what has the focus');
  await grid.getByRole('columnheader', { name: /momentum/ }).waitFor();

  // What is new is counted and moves nothing.
  const first = await rows.first().getAttribute('data-id');
  await post(walk, 'runs/create', { experiment_id: data.experiment, start_time: Date.now() });
  const pill = page.locator('.fresh');
  await pill.waitFor();
  check(
    digits(await pill.textContent()) === 1 && (await rows.first().getAttribute('data-id')) === first,
    'one is new, and nothing has moved',
  );
  await walk.click(pill);
  await until(
    () => total.textContent(),
    (text) => digits(text) === data.total + 1,
    'the new one is counted',
  );

  if (!walk.options.cut && !walk.options.keyboard && walk.options.theme !== 'dark') {
    await small(walk, { rows, grid });
    await changes(walk, { rows, total });
    await keysAndViews(walk, { rows, total, grid, post });
  }

  await page.goto(`${walk.base}/ui/experiments?q=${encodeURIComponent(filter)}&cols=metrics.auc,params.lr`);
  await rows.first().waitFor();
  const saved = page.waitForEvent('download');
  await walk.click(page.getByRole('button', { name: /CSV/ }));
  const lines = readFileSync(await (await saved).path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  check(
    lines[0] === 'id,name,experiment,user,status,started,ended,metrics.auc,params.lr' &&
      lines.length === data.matching + 1,
    `the export has all rows: ${lines.length}`,
  );

  // A mistake is shown where it is.
  await field.focus();
  await page.keyboard.press('End');
  await page.keyboard.type(' AND lr 3 = 4');
  await until(
    () =>
      page
        .locator('.filterbar-wrong mark')
        .textContent()
        .catch(() => ''),
    (text) => text === '3',
    'the wrong part is marked',
  );
  // In the reader's language: what completion says, and what the server answers to a filter that is applied.
  const zh = walk.options.language === 'zh';
  const wrong = async () =>
    (await page
      .locator('.filterbar-wrong .bad')
      .textContent()
      .catch(() => '')) ?? '';
  const said = await wrong();
  check(said.includes(zh ? '应为' : 'expected') && said.includes('expected') !== zh, `the mistake is told: ${said}`);
  await walk.checkAxe('mistake');
  await page.goto(`${walk.base}/ui/experiments?q=${encodeURIComponent("auc = 'x'")}`);
  const answer = zh
    ? "位置 7：metrics.auc 要与数字比较，这里是 'x'"
    : 'position 7: metrics.auc is compared with a number';
  await until(wrong, (text) => text.startsWith(answer), `the server's answer is told: ${answer}`);

  await page.goto(`${walk.base}/ui/experiments?q=auc+>+2&tr=7d`);
  await page.locator('.empty').waitFor();
  await walk.checkAxe('no match');
  await page.goto(`${walk.base}/ui/experiments/0`);
  await page.locator('.empty .snippet').waitFor();
  await holds(
    async () => (await page.locator('.empty .snippet').textContent()).includes(walk.base),
    'the snippet names this server',
  );
  await walk.checkAxe('nothing yet');
  await walk.shot?.('nothing');
  // The first run appears by itself.
  await post(walk, 'runs/create', { experiment_id: '0', start_time: Date.now(), run_name: 'the first' });
  await grid.getByText('the first').waitFor();
}

async function post(walk, path, body) {
  const answer = await fetch(`${walk.options.url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  check(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}
