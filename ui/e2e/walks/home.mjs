// Walk-through 2: abort a bad rollout from Home in two clicks; what waits for a person, the champions, the activity.
import { holds, until } from '../driver.mjs';

export default async function home(walk) {
  const { page, data } = walk;
  const zh = walk.options.language === 'zh';
  const word = (en, other) => (zh ? other : en);
  await walk.open('/ui/home');
  const row = page.locator('.need[data-kind=rollout]');
  await row.waitFor();
  await holds(async () => (await page.locator('.loop-stage').count()) === 7, 'seven stages');
  await holds(async () => (await row.textContent()).includes('25 %'), 'how much traffic it has now');
  walk.facts.needs = await page.locator('.need').evaluateAll((rows) => rows.map((one) => one.dataset.kind));
  walk.facts.numbers = await page.locator('.loop-number').allTextContents();
  walk.facts.champions = await page.locator('.champions tbody th').allTextContents();
  walk.facts.rollout = await row.locator('.need-name').getAttribute('href');
  walk.facts.activity = await page.locator('.activity li').count();
  await walk.checkAxe('home');
  if (data.keep) return;

  // The palette has the verbs of the page, and opens what asks first.
  const option = page.getByRole('dialog').getByRole('option');
  await page.keyboard.press('Control+k');
  await page
    .getByRole('dialog')
    .getByRole('combobox')
    .fill(`>${word('abort', '中止')}`);
  await until(
    () => option.count(),
    (count) => count === 1,
    'one verb of that name',
  );
  await page.keyboard.press('Enter');
  await page.locator('.confirm-effect').getByText('25 % → 0 %').waitFor();
  await page.keyboard.press('Escape');
  await until(
    () => page.locator('.confirm').count(),
    (count) => count === 0,
    'nothing is asked any more',
  );

  await walk.click(row.getByRole('button', { name: word('Abort', '中止') }));
  const confirm = page.getByRole('dialog');
  await confirm.waitFor();
  await holds(async () => (await confirm.textContent()).includes('25 % → 0 %'), 'the effect is shown before');
  await walk.checkAxe('confirm');
  await walk.maybeCut();
  await walk.click(confirm.getByRole('button', { name: word('Abort', '中止') }));
  const outcome = page.locator('.outcome');
  await outcome.waitFor();
  await until(
    () => outcome.textContent(),
    (text) => / 0 %/.test(text.replace(/[:：]/g, ': ')),
    'the measured traffic is 0 %',
  );
  walk.facts.outcome = await outcome.textContent();
  await until(
    () => row.count(),
    (count) => count === 0,
    'it needs nobody any more',
  );
  await walk.checkAxe('aborted');

  // A verb that is refused says why.
  await walk.press('g n');
  await page.waitForURL(/\/ui\/endpoints$/);
  await page.goto(`${walk.base}${walk.facts.rollout}`);
  await page.locator('.verb').first().waitFor();
  await page.keyboard.press('Control+k');
  await page
    .getByRole('dialog')
    .getByRole('combobox')
    .fill(`>${word('abort', '中止')}`);
  const refused = option.and(page.locator('[aria-disabled=true]')).first();
  await refused.waitFor();
  walk.facts.refused = await refused.locator('.palette-detail').textContent();
  await walk.checkAxe('a verb that is refused');
}
