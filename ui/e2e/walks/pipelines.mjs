// From a failed run to its first error line; why a job ran or was cached; by the data of tests/page/pipeline_fixture.py.
import { check, holds, until } from '../driver.mjs';
import { openNode, openTab } from '../keyboard.mjs';

export default async function pipelines(walk) {
  const { page, data } = walk;
  const zh = walk.options.language === 'zh';
  const { failed_run, cached_run, job } = data.pipelines;
  await walk.open('/ui/pipelines');
  const row = page.locator(`.runs-list [role=row][data-id="${failed_run}"]`);
  await row.waitFor();
  await page.locator('.grid-cell').first().waitFor();
  await walk.checkAxe('pipelines');
  await walk.shot?.('pipelines');

  // One click: the run opens at the job that failed, its log at the first error.
  walk.clicks = 0;
  await walk.click(walk.options.keyboard ? row : row.locator('a'));
  await page.waitForURL(new RegExp(`/pipeline-runs/${failed_run}$`));
  const target = page.locator('.log-row.is-target');
  await target.waitFor();
  check(
    (await target.textContent()).includes("ValueError: 'columns' must be at least 3 for xgboost, not 2"),
    'the error is the line to look at',
  );
  const seen = await target.evaluate((line) => {
    const frame = line.closest('.log-lines').getBoundingClientRect();
    const box = line.getBoundingClientRect();
    return box.top >= frame.top && box.bottom <= frame.bottom;
  });
  check(seen, 'the error is in view');
  check(walk.clicks <= 2, `at most two clicks, not ${walk.clicks}`);
  walk.facts.clicks_to_error = walk.clicks;
  await holds(
    async () => (await page.locator('.job-panel h2').textContent()).includes(job),
    'the job that failed is chosen',
  );
  await until(
    () => page.locator('.job-reason').textContent(),
    (text) => (zh ? /^失败：退出码 1/ : /^failed: exit status 1/).test(text),
    'how it ended, in words of the language',
  );
  await page.locator('.dag-node').first().waitFor();
  await walk.maybeCut();
  await walk.checkAxe('run');
  await walk.shot?.('run');

  // The other attempt has a log of its own.
  await walk.click(page.locator('.attempt').first());
  await until(
    () => page.locator('.attempt[aria-pressed=true]').count(),
    (count) => count === 1,
    'one attempt is chosen',
  );
  await target.waitFor();
  await page.getByRole('search').getByRole('textbox').fill('step 7 part 3');
  await page.keyboard.press('Enter');
  await page.locator('.log-row.is-found.is-target').waitFor();

  // The graph by arrows.
  const focus = page.locator(`.dag-node[data-node="${job}"]`);
  await focus.focus();
  await page.keyboard.press('ArrowLeft');
  await page.locator('.dag-node[data-node="split"][aria-pressed=true]').waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('region', { name: 'prep', exact: true }).waitFor();
  await holds(
    async () => (await page.locator('.why-line').textContent()).includes(zh ? '使用缓存' : 'Cached'),
    'prep was cached',
  );
  await page.goBack();
  await page.getByRole('region', { name: 'split', exact: true }).waitFor();

  await page.keyboard.press('2');
  await page.locator('.gantt-bar').first().waitFor();
  await walk.checkAxe('times');
  await walk.shot?.('times');
  await page.keyboard.press('3');
  await page.locator('.grid-cell').first().waitFor();
  await walk.checkAxe('grid');
  await page.keyboard.press('1');
  await page.keyboard.press('Shift+F');
  await until(
    () => page.locator('.run-body [role=row][data-id]').count(),
    (count) => count === 1,
    'only what failed is listed',
  );
  await page.keyboard.press('Shift+F');
  await walk.click(page.getByRole('button', { name: zh ? '重试' : 'Retry' }));
  await page.locator('.confirm').waitFor();
  await walk.checkAxe('retry');
  await page.keyboard.press('Escape');

  // Why the same job ran with another parameter: from the list again.
  await page.goto(`${walk.base}/ui/pipeline-runs/${cached_run}`);
  walk.clicks = 0;
  await page.locator('.dag-node').first().waitFor();
  await openNode(walk, job);
  await until(
    () => page.locator('.why-line').textContent(),
    (text) => text.includes('lr: 0.1 → 0.05'),
    'what changed is named',
  );
  check(walk.clicks <= 3, 'at most three clicks');
  await openTab(walk, zh ? '原因' : 'Why');
  await page.locator('.why table').first().waitFor();
  await walk.checkAxe('why');
  await walk.shot?.('why');
  await openNode(walk, 'gate');
  await page.locator('.gate').first().waitFor();
  await runAgain(walk, cached_run, zh);
}

/** Again from a job on: what the page says beforehand is what becomes of the jobs. */
async function runAgain(walk, run, zh) {
  const { page } = walk;
  await page.goto(`${walk.base}/ui/pipeline-runs/${run}?job=report`);
  await page.getByRole('region', { name: 'report', exact: true }).waitFor();
  await walk.click(page.getByRole('button', { name: zh ? '再次运行' : 'Run again', exact: true }));
  const chips = (verdict) => page.locator(`.again-jobs [data-verdict=${verdict}] [data-job]`).allTextContents();
  const said = (verdict, wanted) =>
    until(
      () => chips(verdict),
      (jobs) => jobs.sort().join() === wanted,
      `${verdict}: ${wanted}`,
    );
  await said('cached', 'prep,report,split,train[linear],train[xgboost]');
  await said('waits', 'deploy');
  // The form has the run's parameters; another one changes what would run.
  await page.locator('.again-inputs summary').click();
  const field = page.getByLabel('lr', { exact: true });
  await holds(async () => (await field.inputValue()) === '0.05', 'the parameter that the run had');
  await field.fill('0.07');
  await said('runs', 'gate,train[linear],train[xgboost]');
  await walk.checkAxe('again');
  await walk.shot?.('again');
  await field.fill('0.05');
  await said('runs', 'gate');
  await page.keyboard.press('Escape');
  await walk.click(page.getByRole('button', { name: zh ? '从此处再次运行' : 'Run again from here' }));
  await said('runs', 'deploy,gate,report');
  await said('cached', 'prep,split,train[linear],train[xgboost]');
  await walk.click(page.locator('.confirm button[type=submit]'));
  await page.waitForURL((url) => /pipeline-runs\/\d+$/.test(url.pathname) && !url.pathname.endsWith(`/${run}`));
  const made = Number(new URL(page.url()).pathname.split('/').pop());
  const ended = await until(
    async () => (await page.request.get(`${walk.base}/api/v1/projects/default/pipelines/runs/${made}`)).json(),
    (found) => found.ended_ms > 0,
    'the new run ends',
  );
  check(ended.from === 'report' && ended.again === run && ended.state === 'succeeded', 'it begins where it was told');
  const cached = ended.jobs.filter((job) => job.state === 'cached').map((job) => job.name);
  check(cached.sort().join() === 'prep,split,train[linear],train[xgboost]', `as it was said, not ${cached}`);
  await page.getByRole('link', { name: zh ? `再次运行 ${run}` : `run ${run} again` }).waitFor();
}
