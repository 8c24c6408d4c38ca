// From a firing accuracy alert to the drifted column's histogram; then the incident, acknowledged and explained.
import { readFileSync } from 'node:fs';
import { check, holds, until } from '../driver.mjs';

const words = {
  en: {
    table: 'As a table',
    incidents: 'Incidents',
    acked: 'Acknowledged by',
    named: 'Cause named by',
    cause: 'This is the cause',
    csv: 'Save the heat map as CSV',
    png: 'Save the heat map as PNG',
    makeAlert: 'Make alert',
    limit: 'Limit',
    setReference: 'Set reference',
    datasetVersion: 'Dataset version',
    requests: 'Requests',
    trainedOn: 'The champion was trained on it.',
    retrain: 'Start retrain',
  },
  zh: {
    table: '以表格显示',
    incidents: '事故',
    acked: '由 administrator 确认',
    named: '指出原因',
    cause: '就是这个原因',
    setReference: '设置参考数据',
    datasetVersion: '数据集版本',
    requests: '请求',
    trainedOn: '现任版本用它训练。',
  },
};

const bytesOf = async (page, button) => {
  const download = page.waitForEvent('download');
  await button.click();
  return readFileSync(await (await download).path());
};

/** The dataset version that the champion was trained on becomes the reference; the facts lead to it. */
async function datasetReference(walk, word) {
  const { page, data, facts } = walk;
  await page.getByRole('button', { name: word.setReference }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('label').filter({ hasText: word.datasetVersion }).click();
  await dialog.getByText(word.trainedOn).waitFor();
  await dialog.getByText(data.dataset).first().waitFor();
  await dialog.locator('.reference-preview tbody tr').nth(3).waitFor();
  await walk.checkAxe('a dataset version as reference');
  await dialog.getByRole('button', { name: word.setReference }).click();
  await until(
    () => dialog.count(),
    (count) => count === 0,
    'the dataset version is the reference',
  );
  const link = page.locator('.facts').getByRole('link', { name: data.dataset });
  await link.waitFor();
  facts.reference_link = await link.getAttribute('href');
}

/** The heat map as files; an alert with its preview; a reference; the pipeline that an alert would start. */
async function verbs(walk, word) {
  const { page, data, facts } = walk;
  if (data.reference) {
    await datasetReference(walk, word);
    await page.getByRole('button', { name: word.setReference }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('label').filter({ hasText: word.requests }).click();
    await dialog.locator('select').last().waitFor();
    await dialog.locator('.reference-preview tbody tr').nth(3).waitFor();
    await dialog.locator('select').last().selectOption({ label: '5' });
    await dialog.getByText(data.reference).waitFor();
    await walk.checkAxe('set reference');
    await dialog.getByRole('button', { name: word.setReference }).click();
    await until(
      () => dialog.count(),
      (count) => count === 0,
      'the reference is set',
    );
    return;
  }
  facts.csv = (await bytesOf(page, page.getByRole('button', { name: word.csv }))).toString('utf8');
  facts.png = (await bytesOf(page, page.getByRole('button', { name: word.png }))).subarray(0, 24).toString('hex');
  await page.getByRole('button', { name: word.makeAlert }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(word.limit).fill('0.88');
  await dialog.locator('.rule-preview li').nth(1).waitFor();
  facts.would = await dialog.locator('.rule-preview li').allInnerTexts();
  facts.yaml = await dialog.locator('.verb-preview').innerText();
  await walk.checkAxe('make alert');
  await dialog.getByRole('button', { name: word.makeAlert }).click();
  await until(
    () => dialog.count(),
    (count) => count === 0,
    'the rule is in force',
  );
  await page.getByRole('button', { name: word.retrain }).click();
  await dialog.getByText('retrain-orders').first().waitFor();
  await dialog.getByRole('button', { name: word.retrain }).click();
  await page.waitForURL(/\/pipeline-runs\/\d+$/);
  facts.run = Number(page.url().split('/').pop());
}

/** `data`: monitor, drifted_column, incident, as tests/page/monitor_fixture.py gives them. */
export default async function monitor(walk) {
  const { page, data } = walk;
  const word = words[walk.options.language === 'zh' ? 'zh' : 'en'];
  await walk.open('/ui/home');
  await walk.click(page.locator('nav').getByRole('link', { name: word.incidents }));
  const alert = page.locator('.firing').getByRole('link', { name: 'checkout-accuracy' });
  await alert.waitFor();
  await until(
    () => page.title(),
    (title) => title.startsWith('▲3 '),
    'the title has the number of firing alerts',
  );
  await walk.checkAxe('incidents');
  await walk.maybeCut();
  await walk.click(alert);
  await page.waitForURL(/\/ui\/monitors\/checkout\?window=13$/);
  const grid = page.getByRole('grid');
  await grid.waitFor();
  await walk.checkAxe('monitor');
  await walk.click(page.getByRole('button', { name: data.drifted_column }).first());
  await page.waitForURL(/column=amount&window=13$/);
  await page.locator('.histogram svg').waitFor();
  walk.facts.clicks_to_histogram = walk.clicks;
  walk.facts.chart = await page.locator('.histogram svg').getAttribute('aria-label');
  await holds(async () => (await page.locator('.bar-current').count()) === 10, 'a bar of each bin');
  await walk.checkAxe('histogram');

  // The same by arrows: a window without requests is hatched, and says so.
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  for (let at = 0; at < 5; ++at) await page.keyboard.press('ArrowLeft');
  await holds(
    async () => await page.evaluate(() => document.activeElement.classList.contains('heat-none')),
    'week 8 has no data',
  );
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.waitForURL(/window=7$/);
  await walk.click(page.locator('.feature').getByRole('button', { name: word.table }));
  await page.locator('.feature table').first().waitFor();
  walk.facts.bins = await page.locator('.feature table').first().locator('tbody tr').count();
  await page.keyboard.press('Escape');
  await until(
    () => page.locator('.feature').count(),
    (count) => count === 0,
    'Escape closes the histogram',
  );
  await page.keyboard.press('1');
  await page.waitForURL(/last=10/);
  await page.keyboard.press('4');
  await page.waitForURL(/last=200/);
  if (walk.options.enter) await verbs(walk, word);

  await page.goto(`${walk.base}/ui/alerts?rule=checkout-drift`);
  await page.getByRole('row').filter({ hasText: 'amount' }).first().waitFor();
  check(
    (await page.getByText('checkout-dip').first().isVisible()) &&
      (await page.getByRole('grid').getByText('checkout-dip').count()) === 0,
    'one rule alone, and what fired of all',
  );
  await walk.checkAxe('alerts');
  await page.getByRole('row').filter({ hasText: 'amount' }).getByRole('link', { name: '14' }).first().click();
  await page.waitForURL(/column=amount&window=14$/);
  await page.locator('.histogram svg').waitFor();
  await page.goto(`${walk.base}/ui/monitors`);
  await page.locator('.spark').first().waitFor();
  await walk.checkAxe('monitors');

  await page.goto(`${walk.base}/ui/incidents/${data.incident}`);
  await page.locator('.cause').first().waitFor();
  walk.facts.first_cause = await page.locator('.cause .cause-name').first().textContent();
  await walk.checkAxe('incident');
  if (!walk.options.enter || data.reference) return;
  await page.keyboard.press('e');
  await walk.checkAxe('acknowledge');
  await walk.pressEnterIn(page.getByRole('dialog'));
  await page.getByText(word.acked).first().waitFor();
  await walk.click(page.getByRole('button', { name: word.cause }).first());
  await walk.pressEnterIn(page.getByRole('dialog'));
  await page.getByText(word.named).first().waitFor();
}
