// Walk-through 10: a prediction's id, pasted into the palette, leads to its chain: model, run, commit, approver.
import { check, holds, until } from '../driver.mjs';

export default async function lineage(walk) {
  const { page, data } = walk;
  const zh = walk.options.language === 'zh';
  await walk.open('/ui/home');
  await walk.click(page.locator('.search-box'));
  const input = page.getByRole('combobox');
  await input.waitFor();
  await page.keyboard.insertText(data.prediction);
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/ui/lineage/prediction/${data.prediction}$`));
  await page.locator('.chain-link').first().waitFor();
  walk.facts.whats = await page.locator('.chain-link').evaluateAll((cards) => cards.map((card) => card.dataset.what));
  walk.facts.gaps = await page.locator('.chain-link.is-gap').count();
  walk.facts.text = await page.locator('.chain').innerText();
  await walk.checkAxe('chain');
  await page
    .getByText(zh ? '摘要已核对' : 'digest checked')
    .first()
    .waitFor();

  // The same as a graph, with its position in the journal.
  const node = page.locator('.lineage-node');
  await page.locator('.dag-node').first().waitFor();
  const read = `${walk.base}/api/v1/projects/default/lineage?node=prediction:${data.prediction}&dir=up&depth=6`;
  const graph = await (await page.request.get(read)).json();
  await holds(async () => (await page.locator('.dag-node').count()) === graph.nodes.length, 'every node is drawn');
  await walk.shot?.('chain');
  const model = graph.nodes.find((one) => one.kind === 'model');
  await page.goto(`${walk.base}/ui/lineage/graph?node=${encodeURIComponent(model.node)}`);
  await page.locator(`.dag-node[data-node="${model.node}"]`).waitFor();
  await page.locator('h1').click();
  await page.keyboard.press('ArrowLeft');
  await until(
    () => node.getAttribute('data-node'),
    (at) => at.startsWith('run:'),
    'the cause of a model is its run',
  );
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await until(
    () => node.getAttribute('data-node'),
    (at) => at.startsWith('variant:'),
    'its effect is a variant',
  );
  await walk.checkAxe('graph');
  await walk.shot?.('graph');
  // Something happens: the graph stays, and says that it is not the newest.
  const tagged = await page.request.post(`${walk.base}/api/2.0/mlflow/registered-models/set-tag`, {
    data: { name: model.name.split('@')[0], key: 'seen', value: String(Date.now()) },
  });
  check(tagged.ok(), 'the model is tagged');
  await walk.click(page.locator('.newer'));
  await page.locator('.newer').waitFor({ state: 'detached' });
  await page.getByLabel(zh ? '对象' : 'Thing', { exact: true }).fill('planet:x');
  await page.keyboard.press('Enter');
  await page
    .getByText(zh ? '“planet:x”不指任何对象；必须是 dataset:NAME@VERSION' : 'it must be one of dataset:NAME@VERSION')
    .waitFor();

  // Versions of a model: a metric over them, two beside each other.
  await page.goto(`${walk.base}/ui/models/sauce`);
  await page.locator('.model-compare [data-differs]').first().waitFor();
  const compared = await (
    await page.request.get(`${walk.base}/api/v1/projects/default/registered-models/sauce/compare?a=1&b=2`)
  ).json();
  const [{ key, a: before, b: after }] = compared.metrics;
  const shown = await page.locator(`.model-compare [data-metric=${key}] td`).allTextContents();
  const close = (text, value) =>
    Math.abs(Number(text.replace('−', '-')) - value) <= 1e-4 * Math.max(1, Math.abs(value));
  check(
    close(shown[0], before) && close(shown[1], after) && close(shown[2], after - before),
    `what each measured: ${shown}`,
  );
  await holds(
    async () => (await page.getByRole('img', { name: key }).locator('circle').count()) === 2,
    'a point a version',
  );
  const differing = compared.params.length + compared.signature.length + compared.files.length;
  await holds(
    async () => (await page.locator('.model-compare [data-differs]').count()) === differing,
    'all that differs',
  );
  await page.keyboard.press('d');
  await page.waitForURL(/[?&]a=1(&|$)/);
  await holds(
    async () => (await page.locator('.model-row.is-chosen').getAttribute('data-version')) === '2',
    'against the champion',
  );
  await walk.checkAxe('model');
  await walk.shot?.('model');

  await page.goto(`${walk.base}/ui/home`);
  await page.locator('.search-box').waitFor();
  // The palette: what was opened last, hits by kind, actions and pages by their prefix.
  await page.keyboard.press('Control+k');
  await input.waitFor();
  await page
    .getByRole('option')
    .filter({ hasText: data.prediction.slice(0, 8) })
    .first()
    .waitFor();
  await page.keyboard.insertText('sauce');
  await page
    .getByRole('option')
    .filter({ hasText: zh ? '端点' : 'Endpoint' })
    .first()
    .waitFor();
  await walk.checkAxe('palette');
  walk.facts.groups = (await page.locator('.palette-group').allTextContents()).filter((group) => group !== '');
  await input.fill(zh ? '/设置' : '/setti');
  await until(
    () => page.getByRole('option').count(),
    (count) => count === 1,
    'one page is left',
  );
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/ui\/settings$/);
  await page.locator('.setting').first().waitFor();
  await walk.checkAxe('settings');

  // A name that is found in several kinds: all hits, with their counts.
  await page.goto(`${walk.base}/ui/search?q=sauce`);
  await page.locator('.search-kinds').waitFor();
  walk.facts.kinds = await page.locator('.search-kinds a').allTextContents();
  await walk.checkAxe('search');
  await page.goto(`${walk.base}/ui/search?q=nothing-of-this-name`);
  await page.locator('.empty').waitFor();

  // The journal.
  await page.goto(`${walk.base}/ui/audit?kind=rollout.`);
  const rows = page.locator('[role=grid] [role=row]');
  await until(
    () => rows.count(),
    (count) => count > 2,
    'events of rollouts',
  );
  await rows.nth(1).click();
  await page.locator('.audit-detail .body').waitFor();
  await holds(
    async () => (await page.locator('.audit-detail').textContent()).includes('rollout.'),
    'the detail of the event',
  );
  await walk.checkAxe('audit');
  await page.goto(`${walk.base}/ui/lineage/dataset/${data.dataset ?? 'sales.daily/1'}`);
  await page.locator('.chain-link').first().waitFor();
  await walk.checkAxe('down');
}
