// The event stream: two tabs of one browser share it, both are told of what others do, also of what was done while the
// connection was cut; L holds it. The same without shared workers, where one tab leads, also after it is closed.
import { check, until } from '../driver.mjs';

export default async function stream(walk) {
  const { page, options } = walk;
  let made = 0;
  const make = async () => {
    const name = `told-${++made}`;
    const answer = await fetch(`${options.url}/api/2.0/mlflow/registered-models/create`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    check(answer.ok, `${name} is made`);
    return name;
  };
  const streams = [];
  walk.context.on('request', (request) => {
    if (request.url().includes('/stream?')) streams.push(request.url());
  });
  const shows = (tab, name) =>
    until(
      () => tab.locator('main').innerText(),
      (text) => text.includes(name),
      `${name} appears`,
    );
  const isState = (state) =>
    until(
      () => page.locator('.stream').getAttribute('class'),
      (text) => text.includes(`stream-${state}`),
      `it is ${state}`,
    );

  const first = await make();
  await walk.open('/ui/audit');
  await shows(page, first);
  const other = await walk.newPage();
  await other.goto(`${walk.base}/ui/audit`);
  await shows(other, first);
  await isState('live');
  const reads = [];
  page.on('request', (request) => {
    if (request.url().includes('/events?')) reads.push(Date.now());
  });
  const second = await make();
  await Promise.all([shows(page, second), shows(other, second)]);

  walk.proxy.cut();
  await isState('reconnecting');
  const third = await make();
  walk.proxy.restore();
  await isState('live');
  await Promise.all([shows(page, third), shows(other, third)]);

  await page.bringToFront();
  await walk.press('Shift+L');
  await isState('paused');
  const held = reads.length;
  const fourth = await make();
  await shows(other, fourth);
  walk.facts.readsWhilePaused = reads.length - held;
  await walk.press('Shift+L');
  await isState('live');
  await shows(page, fourth);
  walk.facts.streamsOfTabs = streams.length;
  walk.facts.workers = await page.evaluate(() => typeof SharedWorker);
  await Promise.all([page.close(), other.close()]);
  await withoutWorkers(walk, make, shows);
}

async function withoutWorkers(walk, make, shows) {
  await walk.context.addInitScript(() => Reflect.deleteProperty(window, 'SharedWorker'));
  const opened = new Map(); // How many streams each tab has opened.
  const openTab = async () => {
    const tab = await walk.newPage();
    opened.set(tab, 0);
    tab.on('request', (request) => {
      if (request.url().includes('/stream?')) opened.set(tab, opened.get(tab) + 1);
    });
    await tab.goto(`${walk.base}/ui/audit`);
    await tab.locator('.stream-live').waitFor();
    return tab;
  };
  const leader = await openTab();
  await until(
    () => opened.get(leader),
    (count) => count === 1,
    'the first tab opens the stream',
  );
  const follower = await openTab();
  walk.facts.withoutWorker = await follower.evaluate(() => typeof SharedWorker);
  const fifth = await make();
  await Promise.all([shows(leader, fifth), shows(follower, fifth)]);
  walk.facts.streamsOfFollower = opened.get(follower);
  await leader.close();
  const sixth = await make();
  await shows(follower, sixth);
  walk.facts.streamsAfterLeader = opened.get(follower);
  const third = await openTab(); // Whoever comes later is led by the one that was left.
  const seventh = await make();
  await Promise.all([shows(follower, seventh), shows(third, seventh)]);
  walk.facts.streamsOfThird = opened.get(third);
}
