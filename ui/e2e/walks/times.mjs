// How long the page takes: first paint, input, from page to page, scrolling, a chart of fifty curves. For
// tests/bench/page_bench.py; medians of several, in milliseconds.
import { check } from '../driver.mjs';

const repeats = 5;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const percentile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)];

/** Milliseconds from a click on what `selector` names until `done` matches something and a frame has shown it. */
const clickUntil = (page, selector, done) =>
  page.evaluate(
    ([from, to]) =>
      new Promise((resolve) => {
        const began = performance.now();
        document.querySelector(from).click();
        const look = () => {
          if (document.querySelector(to) === null) requestAnimationFrame(look);
          else requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
        };
        requestAnimationFrame(look);
      }),
    [selector, done],
  );

const row = '[role=grid] [role=row][data-id]:not([data-id=""])';

/** Until rows of the first table stand there, in a browser profile that has nothing of the page. */
async function coldMs(walk) {
  const context = await walk.browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  const began = Date.now();
  await page.goto(`${walk.base}/ui/experiments`, { waitUntil: 'commit' });
  await page.locator(row).first().waitFor();
  const ms = Date.now() - began;
  await context.close();
  return ms;
}

async function firstPaint(page, url) {
  await page.goto(url);
  await page.locator('main').waitFor();
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const read = () => {
          const paint = performance.getEntriesByName('first-contentful-paint')[0];
          if (paint) resolve(paint.startTime);
          else requestAnimationFrame(read);
        };
        read();
      }),
  );
}

/** What the browser says of keys and clicks: from the input to the next paint. */
async function inputs(walk) {
  const { page } = walk;
  await page.goto(`${walk.base}/ui/experiments`);
  await page.locator(row).first().waitFor();
  await page.evaluate(() => {
    window.inputsSeen = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.interactionId) window.inputsSeen.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16 });
  });
  await page.locator(row).first().focus();
  let given = 0;
  const press = async (key, times = 1) => {
    for (let at = 0; at < times; ++at) {
      await page.keyboard.press(key);
      await page.waitForTimeout(40);
      given += 1;
    }
  };
  await press('j', 30);
  await press('Space', 2);
  await press('x', 6);
  await press('Control+k', 1);
  await press('a', 5);
  await press('Escape', 1);
  await press('PageDown', 10);
  await page.waitForTimeout(300);
  const seen = await page.evaluate(() => window.inputsSeen);
  // What took less than 16 ms, the least that is noted, counts as 16.
  return [...seen, ...Array(Math.max(0, given - seen.length)).fill(16)];
}

async function scrolled(walk) {
  const { page } = walk;
  await page.goto(`${walk.base}/ui/experiments`);
  await page.locator(row).first().waitFor();
  return page.evaluate(async () => {
    const grid = document.querySelector('[role=grid]');
    const body = [grid, ...grid.querySelectorAll('*')].find((one) => one.scrollHeight > one.clientHeight * 2);
    const frames = [];
    let before = performance.now();
    for (let at = 0; at < 180; ++at) {
      body.scrollTop += 120;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      frames.push(now - before);
      before = now;
    }
    return frames;
  });
}

/** From the end of the answer with the curves until the picture stands. */
async function chartMs(walk, curves, at) {
  const { page } = walk;
  await page.goto(`${walk.base}/ui/home`);
  await page.locator('main').waitFor();
  await page.goto(`${walk.base}/ui/compare?runs=${curves.join(',')}&q=loss&c.loss=s:twema:0.${50 + at}`, {
    waitUntil: 'commit',
  });
  await page.locator('figure[aria-busy=false] canvas').first().waitFor();
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return (
      window.chartDrawnMs -
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('/metrics/series'))
        .at(-1).responseEnd
    );
  });
}

export default async function times(walk) {
  const { page, data, facts } = walk;
  await walk.open('/ui/home');
  await walk.context.addInitScript(() => {
    const look = () => {
      if (document.querySelector('figure[aria-busy=false] canvas')) {
        requestAnimationFrame(() => setTimeout(() => (window.chartDrawnMs = performance.now())));
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const several = async (one) => {
    const values = [];
    for (let at = 0; at < repeats; ++at) values.push(await one(at));
    return median(values);
  };
  facts.interactive_cold = await several(() => coldMs(walk));
  await firstPaint(page, `${walk.base}/ui/home`);
  facts.first_paint_warm = await several(() => firstPaint(page, `${walk.base}/ui/home`));
  const seen = await inputs(walk);
  facts.input_p75 = percentile(seen, 0.75);
  facts.input_p99 = percentile(seen, 0.99);
  check(seen.length >= 50, 'inputs are noted');
  const routes = [
    ...['datasets', 'models', 'monitors'].map((name) => [
      `nav .nav-item[href*="/ui/${name}"]`,
      `.shell:has(nav .nav-item[href*="/ui/${name}"][aria-current]) main:not(:has(.skeleton)) h1`,
    ]),
    ['nav .nav-item[href*="/ui/experiments"]', row],
  ];
  const changes = [];
  for (let at = 0; at < repeats; ++at) for (const [from, to] of routes) changes.push(await clickUntil(page, from, to));
  facts.route = median(changes);
  facts.scroll_p95 = percentile(await scrolled(walk), 0.95);
  facts.chart = await several((at) => chartMs(walk, data.curves, at));
}
