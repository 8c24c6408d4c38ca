// A dataset's versions, checks, a rejected one's failing rows, what differs; by the data of tests/page/data_fixture.py.
import { check, holds, until } from '../driver.mjs';
import { openRow, openTab } from '../keyboard.mjs';

export default async function datasets(walk) {
  const { page, data } = walk;
  const zh = walk.options.language === 'zh';
  const past = data.datasets;
  await walk.open('/ui/datasets');
  const row = page.locator(`[role=row][data-id="${past.dataset}"]`);
  await row.waitFor();
  await walk.checkAxe('datasets');
  await walk.shot?.('list');
  await walk.click(walk.options.keyboard ? row : row.locator('a'));
  await page.waitForURL(new RegExp(`/datasets/${past.dataset}$`));
  const versions = page.locator('.dataset-versions [role=row][data-id]');
  await until(
    () => versions.count(),
    (count) => count === 5,
    'four versions and a rejected one',
  );
  check(
    (await versions.allTextContents()).map((text) => /^r?\d/.exec(text)?.[0]).join(' ') === '3 2 r1 1 0',
    'in the order they came',
  );
  await page.locator('.bars').first().waitFor();
  await holds(async () => (await page.locator('.bars').count()) >= 13, 'each number has a histogram');
  await walk.maybeCut();
  await walk.click(page.getByRole('button', { name: 'alcohol', exact: true }));
  await page.locator('.column-detail').waitFor();
  await walk.checkAxe('profile');
  await walk.shot?.('profile');

  // A warned version: the value against its limit.
  await openRow(walk, versions.nth(1), 'v');
  await openTab(walk, zh ? '检查' : 'Checks');
  await page
    .getByText(zh ? 'proline 的均值为 1104.84；契约要求' : 'mean of proline is 1104.84; the contract says')
    .waitFor();
  await holds(
    async () => (await page.getByText('mean(proline) ≥ 500, ≤ 900').count()) === 1,
    'what is allowed stands beside it',
  );

  // How the check went in all commits: what was measured in each, and a table of it.
  const trend = await (
    await page.request.get(`${walk.base}/api/v1/projects/default/datasets/${past.dataset}/checks`)
  ).json();
  const mean = trend.checks.find((one) => one.rule === 'statistic');
  const line = page.locator(`tr[data-check="${mean.id}"]`);
  await line.locator('.spark-mark').first().waitFor();
  check(
    (await line.locator('.spark-mark').evaluateAll((marks) => marks.map((mark) => mark.dataset.state).join())) ===
      mean.states.filter((state) => state !== null).join(),
    'a mark for each commit that was checked',
  );
  await walk.click(line.locator('.spark'));
  const cells = page.locator('.trend-table tr[data-version] td:nth-child(3)');
  await cells.first().waitFor();
  check(
    (await cells.evaluateAll((all) =>
      all
        .map((cell) => cell.title)
        .reverse()
        .join(),
    )) === mean.values.map((value) => value ?? '').join(),
    'the measured values',
  );
  await holds(
    async () => (await page.locator('.trend-table').innerText()).includes('≥ 500, ≤ 900'),
    'what was allowed then',
  );
  await walk.checkAxe('trend');
  await walk.shot?.('trend');
  await walk.click(line.locator('.spark'));

  // The rejected one: the rows that broke it.
  await openRow(walk, versions.nth(2), 'v');
  await page.getByText('merlot').first().waitFor();
  await walk.checkAxe('rejected');
  await walk.shot?.('rejected');

  await openRow(walk, versions.nth(0), 'v');
  await openTab(walk, zh ? '使用者' : 'Who reads it');
  await page.getByRole('link', { name: /cellar.*taste/ }).waitFor();
  await walk.checkAxe('consumers');
  await openTab(walk, zh ? '读取' : 'Read it');
  await page.getByText(`version=${past.corrected}).to_pandas()`).waitFor();
  await walk.checkAxe('read');
  await openTab(walk, zh ? '行' : 'Rows');
  await page.getByRole('region', { name: zh ? '行' : 'Rows' }).waitFor();

  await page.keyboard.press('d');
  await page.waitForURL(new RegExp(`/diff/${past.corrected - 1}\\.\\.${past.corrected}$`));
  const count = (id) => page.locator(`[data-count=${id}]`).textContent();
  await page.locator('[data-count=changed]').waitFor();
  check(
    (await count('added')) === '40' && (await count('changed')) === '10' && (await count('same')) === '128',
    'rows are told apart by the contract’s key',
  );
  const changed = page.locator('.samples [data-column=proline]').first();
  check(
    (await changed.locator('del').textContent()) === '1065' && (await changed.locator('ins').textContent()) === '1075',
    'a changed row has both values',
  );
  await page.locator('.boxline').first().waitFor();
  await walk.checkAxe('diff');
  await walk.shot?.('diff');
  await page.goBack();
  await page.waitForURL(new RegExp(`/datasets/${past.dataset}\\?`));
}
