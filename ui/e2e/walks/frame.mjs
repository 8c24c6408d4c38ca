// The frame: navigation, palette (pages, people, tags, commands), keys, theme, language, without violations.
import { check, holds, until } from '../driver.mjs';

const api = async (walk, path, body) => {
  const answer = await fetch(`${walk.options.url}/api/${path}`, {
    ...(body ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  check(answer.ok, `${path} answers`);
  return answer.json();
};

/** People, tags and commands are found by the sign that stands for them. */
async function fromPalette(walk) {
  const { page } = walk;
  const zh = walk.options.language === 'zh';
  const { run } = await api(walk, '2.0/mlflow/runs/create', {
    experiment_id: '0',
    run_name: 'palette bread',
    tags: [{ key: 'team of bakers', value: "o'clock" }],
  });
  const open = async (text) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill(text);
  };
  const options = page.getByRole('dialog').getByRole('option');
  const { actors } = await api(walk, 'v1/projects/default/event-facets?last=10000');
  await open('@');
  await until(
    () => options.locator('.palette-title').allTextContents(),
    (names) => names.join() === actors.map((actor) => actor.value).join(),
    'who has done something',
  );
  await walk.checkAxe('people');
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/ui/audit\\?actor=${encodeURIComponent(actors[0].value)}$`));

  await open("#bakers=o'c");
  await options.first().waitFor();
  await holds(
    async () => (await options.locator('.palette-title').allTextContents()).join() === "team of bakers = o'clock",
    'the tag',
  );
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/ui\/experiments\?q=/);
  await page.getByText('palette bread').first().waitFor();

  await open(`>${zh ? '复制当前视图' : 'copy the link'}`);
  await options.first().waitFor();
  await holds(async () => (await options.first().locator('kbd').textContent()) === 'y', 'a command shows its key');
  await page.keyboard.press('Enter');
  await page
    .locator('.toast')
    .getByText(zh ? '链接已复制' : 'Link copied')
    .waitFor();
  await holds(
    async () => (await page.evaluate(() => navigator.clipboard.readText())) === page.url(),
    'what was copied',
  );

  await open(run.info.run_id.slice(0, 12));
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/ui/runs/${run.info.run_id}$`));
  await open('');
  await until(
    () => options.first().textContent(),
    (text) => text.includes('palette bread'),
    'what was opened last comes first',
  );
  await page.keyboard.press('Escape');
}

export default async function frame(walk) {
  const { page } = walk;
  const zh = walk.options.language === 'zh';
  await walk.open('/ui/');
  await page.waitForURL(/\/ui\/home$/);
  await page.locator('nav .nav-item').first().waitFor();
  await holds(
    async () => (await page.locator('html').getAttribute('lang')) === (zh ? 'zh-CN' : 'en'),
    'the language of the document',
  );
  check(
    (await page.locator('html').getAttribute('data-mantine-color-scheme')) === (walk.options.theme ?? 'light'),
    'the theme',
  );
  await walk.checkAxe('home');

  await walk.press('g e');
  await page.waitForURL(/\/ui\/experiments$/);
  await page.keyboard.press('Control+k');
  const input = page.getByRole('dialog').getByRole('combobox');
  await input.waitFor();
  await walk.checkAxe('palette');
  // Without a pause between the keys: Enter means what is written, not what was listed a letter before.
  await Promise.all([...'/monitors', 'Enter'].map((key) => page.keyboard.press(key)));
  await page.waitForURL(/\/ui\/monitors$/);
  await fromPalette(walk);
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await walk.checkAxe('keys');
  await page.keyboard.press('Escape');
  await until(
    () => page.getByRole('dialog').count(),
    (count) => count === 0,
    'the key sheet closes',
  );

  await walk.click(page.locator('.top .icon-button').last());
  await page.getByRole('menu').waitFor();
  await walk.checkAxe('appearance');
  await walk.click(page.getByRole('menuitemradio', { name: zh ? 'English' : '简体中文' }));
  await until(
    () => page.locator('html').getAttribute('lang'),
    (lang) => lang === (zh ? 'en' : 'zh-CN'),
    'the language changes at once',
  );
  await page.keyboard.press('Escape');
  await page.goBack();
  await page.waitForURL(/\/ui\/experiments\?q=/);
  await page.goto(`${walk.base}/ui/nowhere`);
  await page.getByText('/ui/nowhere').waitFor();
  await walk.checkAxe('no page');
}
