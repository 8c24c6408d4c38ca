// Walk-through 1: from home to the best run of the last week and what differs between it and the champion's run.
import { check, holds, until } from '../driver.mjs';

export default async function bestRun(walk) {
  const { page, data } = walk;
  const zh = walk.options.language === 'zh';
  await walk.open('/ui/home');
  walk.clicks = 0;
  await walk.click(page.locator('nav .nav-item[href$="/experiments"]'));
  const grid = page.getByRole('grid');
  await grid.locator('[role=row][data-id]').first().waitFor();
  await walk.maybeCut();
  await walk.click(page.getByRole('button', { name: '7d', exact: true }));
  await walk.click(grid.getByRole('button', { name: 'auc', exact: true }));
  const best = grid.locator(`[role=row][data-id="${data.best}"]`);
  await best.waitFor();
  await until(
    () => grid.locator('.table-body [role=row][data-index="0"]').first().getAttribute('data-id'),
    (id) => id === data.best,
    'the best run of the week stands first',
  );
  if (walk.options.keyboard) {
    await walk.reach(best);
    walk.clicks += 1;
    await page.keyboard.press('Space');
  } else {
    await walk.click(best.locator('.table-cell.is-number').first());
  }
  const peek = page.locator('.inspector');
  const against = peek.locator('.run-against');
  await against.waitFor();
  const heading = await against.getByRole('heading').innerText();
  check(heading.includes(data.champion), `it is compared with the champion's run: ${heading}`);
  await until(
    () => against.locator('tbody tr').count(),
    (count) => count > 0,
    'what differs is listed',
  );
  walk.facts.differing = await against.locator('tbody th').allInnerTexts();
  await holds(
    async () => (await page.locator('html').getAttribute('lang')) === (zh ? 'zh-CN' : 'en'),
    'the language stays',
  );
  await walk.checkAxe('peek');
}
