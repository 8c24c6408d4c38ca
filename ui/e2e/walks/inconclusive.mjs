// Walk-through 3: from home, why a rollout is inconclusive and how many more requests it needs.
import { check, holds } from '../driver.mjs';

export default async function inconclusive(walk) {
  const { page } = walk;
  const zh = walk.options.language === 'zh';
  await walk.open('/ui/home');
  walk.clicks = 0;
  const row = page.locator('.need[data-kind=rollout]');
  await row.waitFor();
  await walk.maybeCut();
  await walk.click(row.getByRole('link').first());
  const evidence = page.locator('tr[data-metric=log_loss]');
  await evidence.waitFor();
  await holds(
    async () => (await evidence.innerText()).includes(zh ? '尚无定论' : 'inconclusive'),
    'the verdict is said in words',
  );
  const needs = await page.locator('.page-head .needs').innerText();
  check(needs.includes(zh ? '还需要' : 'more until it passes'), `what it needs: ${needs}`);
  walk.facts.needs = needs;
}
