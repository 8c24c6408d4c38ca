// Walk-through 4: many curves are overlaid, smoothed, without outliers, and zoomed to their last 1 %: the smoothed
// curve is the same, and a spike of one point is still there. Then the other parts of a comparison.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { check, holds, until } from '../driver.mjs';
import { openTab } from '../keyboard.mjs';

/** What the page asked for and got, newest last. */
function listen(page) {
  const answers = [];
  page.on('response', async (response) => {
    if (!response.url().endsWith('/metrics/series') || !response.ok()) return;
    const asked = JSON.parse(response.request().postData());
    const body = asked.keys.includes('loss') ? await response.json().catch(() => null) : null;
    if (body) answers.push({ asked, body });
  });
  return answers;
}

export default async function curves(walk) {
  const { page } = walk;
  const { runs, spike_run: spikeRun, spike } = walk.data;
  const zh = walk.options.language === 'zh';
  const answers = listen(page);
  const newest = async (is, what) =>
    (
      await until(
        () => answers.filter(is).at(-1),
        (one) => one !== undefined,
        what,
      )
    ).body;
  // From home: the runs of an experiment by a filter, all of them compared, one metric.
  await walk.open('/ui/home');
  walk.clicks = 0;
  await walk.click(page.locator('nav .nav-item[href$="/experiments"]'));
  await page.locator('[role=grid] [role=row][data-id]:not([data-id=""])').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type("attributes.experiment = 'fifty'");
  await page.keyboard.press('Enter');
  const all = page.locator('.compare-all');
  await until(
    () => all.textContent().catch(() => ''),
    (text) => text.replace(/\D/g, '') === String(runs.length),
    `${runs.length} runs are found`,
  );
  await walk.click(all);
  await page.getByRole('searchbox').fill('loss');
  await page.keyboard.press('Tab'); // Letters are keys of the page again.
  const chart = page.getByRole('img', { name: /^loss/ });
  await chart.waitFor();
  await until(
    () => page.locator('.chart').count(),
    (count) => count === 1,
    'one metric is left',
  );
  await walk.checkAxe('compare');

  await walk.press('s');
  await walk.press('s');
  const far = await newest(
    ({ asked }) => asked.smooth?.strength === 0.6 && asked.from === undefined,
    'the smoothed curves',
  );
  await walk.maybeCut();
  await walk.press('o');
  const cut = await newest(({ asked }) => asked.outliers > 0, 'the curves without outliers');
  check(cut.y.hi < spike && cut.clipped > 0, 'the axis leaves the spike out, and says so');
  await holds(async () => (await page.getByText('▲▼').count()) === 1, 'what is beyond the axis is said');

  if (walk.options.keyboard) {
    await walk.reach(chart);
    for (const key of [...'+++++++', 'End']) {
      const before = page.url();
      await page.keyboard.press(key);
      await until(
        () => page.url(),
        (url) => url !== before,
        'the zoom is in the URL',
      );
      await page.locator('figure[aria-busy=false]').first().waitFor();
    }
  } else {
    const over = await page.locator('.u-over').first().boundingBox();
    await page.mouse.move(over.x + over.width * 0.99, over.y + 40);
    await page.mouse.down();
    await page.mouse.move(over.x + over.width - 1, over.y + 40, { steps: 4 });
    await page.mouse.up();
    walk.clicks += 1;
  }
  const near = await newest(({ asked }) => asked.from > 19_000 && asked.to === undefined, 'the last part');
  check(page.url().includes('c.loss=z:'), 'the zoom is in the URL');
  const farCurve = far.series.find((one) => one.run === spikeRun);
  const nearCurve = near.series.find((one) => one.run === spikeRun);
  check(nearCurve.last.at(-1) === farCurve.last.at(-1), 'the smoothed curve is the same when zoomed');
  check(Math.max(...nearCurve.hi.filter((one) => one !== null)) === spike, 'the spike is still there');
  check(walk.clicks <= 5, `at most five clicks, not ${walk.clicks}`);
  walk.facts = { from: near.from, exact: near.exact, spike: Math.max(...nearCurve.hi) };

  // A link is the view: another tab shows the same.
  const other = await walk.newPage();
  const again = listen(other);
  await other.goto(page.url());
  const copy = (
    await until(
      () => again.at(-1),
      (one) => one !== undefined,
      'the other tab',
    )
  ).body;
  check(JSON.stringify(copy.x) === JSON.stringify(near.x), 'the same window in another tab');
  await other.close();

  await walk.press('z');
  check(!page.url().includes('z:'), 'z shows all again');
  for (const [key, name] of [
    ['2', zh ? '差异' : 'Differences'],
    ['3', zh ? '平行坐标' : 'Parallel coordinates'],
    ['4', zh ? '散点图' : 'Scatter'],
    ['5', zh ? '按类别' : 'By category'],
  ]) {
    await walk.press(key);
    await until(
      () => page.getByRole('tab', { name, selected: true }).count(),
      (count) => count === 1,
      name,
    );
    await page.getByRole('tabpanel').locator('figure, [role=grid], table').first().waitFor();
    await walk.checkAxe(name);
  }

  // How else a chart is moved and taken along is looked at by mouse and by keyboard, with few runs.
  if (zh || walk.options.theme || walk.options.cut) return;
  await page.goto(`${walk.base}/ui/compare?runs=${walk.data.few.join(',')}&q=loss`);
  await chart.waitFor();
  await more(walk, chart, newest);
}

const close = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

async function more(walk, chart, newest) {
  const { page, data } = walk;
  if (!walk.options.keyboard) await moveByMouse(walk);

  // Over another metric: w goes through the axes.
  await walk.press('w w w');
  const over = await newest(({ asked }) => asked.x === 'metric', 'the curves over a metric');
  check(over.x[1] === 512 * 200, `positions are tokens: ${over.x.slice(0, 3)}`);
  await page.locator('figure[aria-busy=false]').first().waitFor();
  await holds(async () => (await chart.getAttribute('aria-label')).includes('falls'), 'the picture says its trend');

  // The picture as a table, as a file, and as a command that asks the same.
  const toggle = page.locator(`[id="${await chart.getAttribute('aria-details')}"]`);
  await walk.click(toggle);
  const first = page.locator('.chart-table tbody tr').nth(1);
  await first.waitFor();
  check(
    (await first.locator('th').textContent()).replace(/\D/g, '') === String(over.x[1]),
    'the table has the positions',
  );
  const at = over.series.findIndex((one) => one.last[1] !== null);
  check(
    (await first.locator('td').nth(at).getAttribute('title')) === String(over.series[at].last[1]),
    'and the values',
  );
  await walk.click(toggle);
  await chart.waitFor();
  const svg = readFileSync(await (await take(walk, 'loss: export', 'Download SVG')).path(), 'utf8');
  check(
    svg.startsWith('<svg') && svg.includes('tokens') && (svg.match(/<path /g) ?? []).length >= data.few.length,
    'an SVG of all curves',
  );
  await openMenu(walk, 'loss: export', 'Copy query (curl)');
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const { stdout } = await promisify(execFile)('bash', ['-c', command], { maxBuffer: 1e9, timeout: 20_000 });
  const asked = JSON.parse(stdout);
  check(JSON.stringify(asked.x) === JSON.stringify(over.x), 'the copied command asks the same');

  // Scatter: the front is what no other run beats.
  await openTab(walk, 'Scatter');
  await walk.click(page.getByRole('checkbox', { name: 'Pareto front' }), walk.options.keyboard ? {} : { force: true });
  if (walk.options.keyboard) await page.keyboard.press('Space');
  await page.getByLabel('x', { exact: true }).first().selectOption('metrics.latency_ms');
  await page.getByLabel('y', { exact: true }).first().selectOption('metrics.auc');
  const columns = ['metrics.latency_ms', 'metrics.auc'];
  const { axes } = await ask(walk, 'runs/parallel', { runs: data.few, columns });
  const points = axes[0].values.map((x, run) => ({ x, y: axes[1].values[run] }));
  const beats = (a, b) => a.x <= b.x && a.y >= b.y && (a.x < b.x || a.y > b.y);
  const front = points.filter((point) => !points.some((other) => beats(other, point)));
  const listed = page.locator('.front-list tbody tr');
  await until(
    () => listed.count(),
    (count) => count === front.length,
    `${front.length} runs on the front`,
  );
  const titles = await listed.evaluateAll((rows) => rows.map((row) => row.cells[1].title));
  const wanted = front.sort((a, b) => a.x - b.x).map((point) => String(point.x));
  check(JSON.stringify(titles) === JSON.stringify(wanted), 'the front lists its runs');
  await walk.checkAxe('the Pareto front');
  const png = readFileSync(await (await take(walk, 'auc over latency_ms: export', 'Download PNG')).path());
  check(png.subarray(1, 4).toString() === 'PNG' && png.length > 5000, 'a PNG of the scatter plot');

  // Boxes: what numpy says of the same runs.
  await openTab(walk, 'By category');
  await page.getByLabel('Category', { exact: true }).selectOption('params.opt');
  await page.getByLabel('Value', { exact: true }).selectOption('metrics.auc');
  for (const [opt, [low, median, high]] of Object.entries(data.boxes)) {
    const cells = page.locator('.box-beside tbody tr', { hasText: opt }).locator('td');
    await holds(async () => (await cells.nth(0).textContent()) === String(data.few.length / 2), `n of ${opt}`);
    await holds(async () => close(Number(await cells.nth(1).getAttribute('title')), median), `median of ${opt}`);
    const box = (await cells.nth(2).textContent()).split(' … ').map(Number);
    check(Math.abs(box[0] - low) < 1e-4 && Math.abs(box[1] - high) < 1e-4, `quartiles of ${opt}: ${box}`);
  }
}

async function ask(walk, path, body) {
  const response = await fetch(`${walk.base}/api/v1/projects/default/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  check(response.ok, `${path}: ${response.status}`);
  return response.json();
}

async function openMenu(walk, menu, item) {
  await walk.click(walk.page.getByRole('button', { name: menu }));
  await walk.click(walk.page.getByRole('menuitem', { name: item }));
}

async function take(walk, menu, item) {
  const download = walk.page.waitForEvent('download');
  await openMenu(walk, menu, item);
  return download;
}

/** The wheel once the chart has the focus, Shift and drag, a double click for one level back. */
async function moveByMouse(walk) {
  const { page } = walk;
  const over = await page.locator('.u-over').first().boundingBox();
  const middle = [over.x + over.width / 2, over.y + over.height / 2];
  const zoomOf = () => /c\.loss=z:([\d.]*?)\.\.([\d.]*)(&|$)/.exec(page.url())?.slice(1, 3).map(Number) ?? null;
  const settled = async (is, what) => {
    const zoom = await until(zoomOf, is, what);
    await page.locator('figure[aria-busy=false]').first().waitFor();
    return zoom;
  };
  await page.mouse.click(...middle);
  await page.mouse.wheel(0, -100);
  const near = await settled((zoom) => zoom !== null, 'the wheel zooms');
  check(near[1] - near[0] < 19_999 * 0.85, `the wheel zooms in: ${near}`);
  await page.keyboard.down('Shift');
  await page.mouse.down();
  await page.mouse.move(middle[0] - over.width * 0.05, middle[1], { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  const moved = await settled((zoom) => zoom !== null && zoom[0] > near[0], 'Shift and drag move');
  check(Math.abs(moved[1] - moved[0] - (near[1] - near[0])) < 1, 'moving keeps the width');
  await page.mouse.dblclick(...middle);
  await settled((zoom) => zoom !== null && zoom[0] === near[0], 'a double click goes back one level');
  await page.mouse.dblclick(...middle);
  await settled((zoom) => zoom === null, 'and another one to all');
}
