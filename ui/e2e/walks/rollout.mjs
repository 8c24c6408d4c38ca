// A rollout that hangs: why, what it still needs, and its abort by keyboard, which shows without a reload.
import { check, holds, until } from '../driver.mjs';

export default async function rollout(walk) {
  const { page } = walk;
  const zh = walk.options.language === 'zh';
  const { number, endpoint } = walk.data;
  await walk.open(`/ui/rollouts/${number}`);
  const row = page.locator('tr[data-metric=log_loss]');
  await row.waitFor();
  await holds(async () => (await row.innerText()).includes(zh ? '尚无定论' : 'inconclusive'), 'the verdict is shown');
  const needs = await page.locator('.page-head .needs').innerText();
  check(/\d/.test(needs) && needs.includes(zh ? '还需要' : 'more until it passes'), `what it needs: ${needs}`);
  walk.facts.needs = needs;
  await holds(async () => (await row.locator('.interval').count()) === 1, 'the difference is a forest plot');
  await holds(async () => (await page.locator('.step-now').count()) === 1, 'one step is under way');
  // Both variants over time, with what happened; the same as a table; single rows behind the evidence.
  const samples = page.locator('tr[data-samples=log_loss]');
  const overtime = page.locator('section[aria-labelledby=overtime-title]');
  await overtime.locator('svg').nth(2).waitFor();
  check(
    (await overtime.locator('svg').first().locator('.line-mark').count()) === walk.data.markers,
    'a mark of each step',
  );
  await holds(
    async () => (await overtime.locator('.overtime-marks li').count()) === walk.data.markers,
    'each mark is said',
  );
  await holds(
    async () => (await overtime.locator('svg').first().locator('.line-path').count()) >= 6,
    'three quantiles of two variants',
  );
  await samples.locator('summary').click();
  await samples.locator(`a[href$="/lineage/prediction/${walk.data.sample}"]`).first().waitFor();
  await walk.checkAxe('rollout');
  await samples.locator('summary').click();
  await overtime.getByRole('button').click();
  await overtime.locator('tbody tr').first().waitFor();
  await overtime.getByRole('button').click();
  const resume = page.getByRole('button', { name: zh ? '继续' : 'Resume', exact: true });
  const pause = page.getByRole('button', { name: zh ? '暂停' : 'Pause', exact: true });
  await holds(async () => (await resume.count()) + (await pause.count()) === 1, 'pause and resume share a place');

  // A single key opens what will be so; only Enter does it.
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const effect = await dialog.innerText();
  check(effect.includes('25 % → 0 %') && effect.includes('sauce@1'), `the effect: ${effect}`);
  await walk.checkAxe('abort');
  await page.keyboard.press('Escape');
  await until(
    () => dialog.count(),
    (count) => count === 0,
    'Escape closes it',
  );
  await holds(
    async () => (await page.locator('.lead').innerText()).includes(zh ? '已暂停' : 'paused'),
    'nothing was done',
  );

  await page.keyboard.press('a');
  await dialog.waitFor();
  await walk.maybeCut();
  const pressedMs = Date.now();
  await walk.pressEnterIn(dialog);
  const measured = page.locator('[data-measured=challenger]');
  await until(
    () => measured.innerText(),
    (text) => text === '0.0 %',
    'the measured share is 0 %',
  );
  walk.facts.abortMs = Date.now() - pressedMs;
  await until(
    () => page.locator('.lead').innerText(),
    (text) => text.includes(zh ? '已中止' : 'aborted'),
    'it is aborted',
  );
  const abort = page.getByRole('button', { name: zh ? '中止' : 'Abort', exact: true });
  await holds(async () => await abort.isDisabled(), 'abort is over');
  check(
    (await page.locator('.verb-why .sr-only').allInnerTexts()).every((text) => text !== ''),
    'each refused verb says why',
  );
  await walk.checkAxe('aborted');

  await page.goto(`${walk.base}/ui/endpoints`);
  await page.getByRole('link', { name: endpoint, exact: true }).first().click();
  await page.getByRole('heading', { name: endpoint, level: 1 }).waitFor();
  await page.locator('#predictions-title').waitFor();
  await walk.checkAxe('endpoint');
  await page.goto(`${walk.base}/ui/models/${endpoint}`);
  await page.locator('#versions-title').waitFor();
  await walk.checkAxe('model');
}
