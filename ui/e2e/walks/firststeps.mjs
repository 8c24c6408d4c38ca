// Walk-through 12: an empty server's checklist ticks itself when MLflow's client logs the first run.
import { execFile } from 'node:child_process';
import { check, holds } from '../driver.mjs';

const script = `
import mlflow
with mlflow.start_run(run_name='first'):
    mlflow.log_param('lr', 0.1)
    mlflow.log_metric('loss', 0.25)
`;

export default async function firststeps(walk) {
  const { page, data } = walk;
  await walk.open('/ui/home');
  const step = page.locator('.setup [data-step=run]');
  await step.waitFor();
  await holds(async () => (await step.getAttribute('data-done')) === 'false', 'no run was logged yet');
  check(
    (await page.locator('.snippet').textContent()).includes('galley dataset commit'),
    'the next step says what to type',
  );
  await walk.checkAxe('first steps');
  // What MLflow's own client logs appears without a reload, and the link that it prints leads there.
  const client = execFile(data.python, ['-c', script], {
    env: {
      ...process.env,
      MLFLOW_TRACKING_URI: walk.options.url,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      DO_NOT_TRACK: 'true',
    },
  });
  let printed = '';
  client.stdout.on('data', (text) => (printed += text));
  client.stderr.on('data', (text) => (printed += text));
  const ended = new Promise((resolve) => client.on('exit', resolve));
  await page.locator('.setup [data-step=run][data-done=true]').waitFor({ timeout: 60_000 });
  await walk.maybeCut();
  check((await ended) === 0, `the client ends well: ${printed}`);
  const link = /View run \S+ at: (\S+)/.exec(printed);
  check(link !== null, `the client prints a link: ${printed}`);
  walk.facts.run = link[1].split('/').pop();
  await page.goto(link[1].replace(walk.options.url, walk.base));
  await page.waitForURL(new RegExp(`/ui/runs/${walk.facts.run}`));
  await page.getByRole('heading', { level: 1, name: 'first' }).waitFor();
  await page.locator('main').getByText('0.25').first().waitFor();
  await walk.checkAxe('first run');
}
