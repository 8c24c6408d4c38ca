// The log of the pipeline's job that made a run, on the run's page.
import { check, holds, until } from '../driver.mjs';

export default async function jobLog(walk) {
  const { page, data } = walk;
  await walk.open(`/ui/runs/${data.run}?tab=logs`);
  await page.locator('.log-error code').waitFor();
  const text = await until(
    () =>
      page
        .locator('.log-row.is-target')
        .textContent()
        .catch(() => ''),
    (line) => line !== '',
    'it opens at its first error',
  );
  await holds(async () => text.includes(await page.locator('.log-error code').textContent()), 'which is said above');
  await holds(
    async () => (await page.locator('.logs .files-list li').count()) === data.attempts,
    'every attempt is there',
  );
  const saved = page.waitForEvent('download');
  await walk.click(page.getByRole('button', { name: 'Download' }));
  check((await (await saved).path()) !== null, 'it can be saved');
  await walk.checkAxe('job log');
  await walk.shot?.('joblog');
}
