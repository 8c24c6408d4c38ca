// Opens the page in Chromium for tests/page: counts clicks, notes every violation of the Content-Security-Policy,
// every error, every request that leaves the machine, and can cut the connection to the server.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const waitMs = 20_000;

/** A TCP proxy in front of the server, so that a test can cut what lies between. */
async function proxyTo(url) {
  const target = new URL(url);
  const open = new Set();
  let down = false;
  const server = net.createServer((client) => {
    if (down) return client.destroy();
    const upstream = net.connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ]) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    return undefined;
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut: () => {
      down = true;
      open.forEach((socket) => socket.destroy());
    },
    restore: () => {
      down = false;
    },
    close: () => {
      down = true;
      open.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

export class Walk {
  /** `options`: url, data, keyboard, language, theme, cut, slow (how many times the processor is), width, height. */
  static async start(options) {
    const walk = new Walk();
    walk.options = options;
    walk.data = options.data ?? {};
    walk.proxy = await proxyTo(options.url);
    walk.base = walk.proxy.url + new URL(options.url).pathname.replace(/\/$/, '');
    walk.browser = await chromium.launch({
      executablePath: process.env.GALLEY_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
    });
    const context = await walk.browser.newContext({
      viewport: { width: options.width ?? 1400, height: options.height ?? 900 },
      colorScheme: options.theme ?? 'light',
      locale: options.language === 'zh' ? 'zh-CN' : 'en-US',
      reducedMotion: 'reduce',
      timezoneId: 'UTC',
      acceptDownloads: true,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(waitMs);
    Object.assign(walk, {
      context,
      clicks: 0,
      violations: [],
      errors: [],
      outside: [],
      axe: [],
      facts: {},
      closed: false,
    });
    await context.exposeFunction('noteViolation', (text) => {
      walk.violations.push(text);
    });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        window.noteViolation(`${event.violatedDirective}: ${event.blockedURI} ${event.sample} ${event.sourceFile}`);
      });
    });
    context.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (!['127.0.0.1', ''].includes(hostname) && protocol.startsWith('http')) walk.outside.push(request.url());
    });
    walk.page = await walk.newPage();
    return walk;
  }

  async newPage() {
    const page = await this.context.newPage();
    if (this.options.slow) {
      const devtools = await this.context.newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: this.options.slow });
    }
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text()))
        this.errors.push(message.text());
    });
    return page;
  }

  /** Signs in by a link of `galley ui`, if the test gave one; else opens the page. */
  async open(path = '/ui/home') {
    if (this.options.enter) {
      const link = new URL(this.options.enter);
      await this.page.goto(`${this.proxy.url}${link.pathname}${link.search}`);
    }
    await this.page.goto(this.base + path);
    await this.page.locator('main').waitFor();
    this.startedMs = Date.now();
  }

  /** A click; by keyboard Tab until it has the focus, then Enter. Counted either way. */
  async click(locator, options = {}) {
    this.clicks += 1;
    if (!this.options.keyboard) return locator.click(options);
    await locator.waitFor();
    if (await this.isFocused(locator)) return this.page.keyboard.press('Enter');
    await this.reach(locator);
    return this.page.keyboard.press('Enter');
  }

  isFocused(locator) {
    return locator
      .evaluate(
        (element) =>
          element === document.activeElement ||
          (element.contains(document.activeElement) && document.activeElement.tagName !== 'BODY'),
        undefined,
        { timeout: 1000 },
      )
      .catch(() => false);
  }

  /** Tabs to what `locator` is. A row of a grid and an item of a menu are reached by arrow keys. */
  async reach(locator) {
    const role = await locator.evaluate((element) => element.getAttribute('role') ?? '');
    const steps =
      role === 'row'
        ? '[role=grid]'
        : role.startsWith('menuitem')
          ? '[role=menu]'
          : role === 'option'
            ? '[role=listbox]'
            : '';
    const end = Date.now() + waitMs;
    for (let pressed = 0; pressed < 300 && Date.now() < end; ++pressed) {
      if (await this.isFocused(locator)) return;
      const inside =
        steps !== '' &&
        (await locator.evaluate(
          (element, [selector]) => {
            const group = element.closest(selector);
            return (
              group !== null &&
              group !== document.activeElement &&
              group.contains(document.activeElement) &&
              document.activeElement.getAttribute('role') === element.getAttribute('role')
            );
          },
          [steps],
          { timeout: 1000 },
        ));
      await this.page.keyboard.press(inside ? 'ArrowDown' : 'Tab');
    }
    throw new Error(`the keyboard does not reach ${locator}`);
  }

  /** A key that stands for a click. */
  async press(keys) {
    for (const key of keys.split(' ')) await this.page.keyboard.press(key);
  }

  /** Enter, once the focus is in the dialog: it goes there a moment after the dialog stands. */
  async pressEnterIn(dialog) {
    await until(
      () => dialog.evaluate((element) => element.contains(document.activeElement)).catch(() => false),
      (inside) => inside,
      'the dialog has the focus',
    );
    await this.page.keyboard.press('Enter');
  }

  /** With `cut`: the connection to the server is lost for a moment. */
  async maybeCut() {
    if (!this.options.cut) return;
    this.proxy.cut();
    await this.page.waitForTimeout(1200);
    this.proxy.restore();
  }

  async checkAxe(what, page = this.page) {
    // Once there is a page: what it will be headed by is not known before.
    await page.locator('h1').first().waitFor({ state: 'attached' });
    await page.evaluate(axeSource);
    const found = await page.evaluate(async () => {
      const result = await window.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
      return result.violations.map(
        (one) =>
          `${one.id}: ${one.nodes
            .slice(0, 3)
            .map((node) => `${node.html.slice(0, 200)} ${node.failureSummary?.split('\n')[1] ?? ''}`)
            .join(' | ')}`,
      );
    });
    this.axe.push(...found.map((text) => `${what}: ${text}`));
  }

  async screenshot(file) {
    await this.page.screenshot({ path: file });
  }

  result() {
    return {
      clicks: this.clicks,
      ms: Date.now() - this.startedMs,
      violations: this.violations,
      errors: this.errors,
      outside: this.outside,
      axe: this.axe,
      facts: this.facts,
    };
  }

  async end() {
    await this.browser.close();
    this.proxy.close();
  }
}

export function check(condition, what) {
  if (!condition) throw new Error(`not so: ${what}`);
}

/** Asks until it is so: what a page shows comes a moment after what made it. */
export const holds = (read, what) => until(read, Boolean, what);

/** Asks until `read` gives what `is` accepts; the last value is in the error. */
export async function until(read, is, what, ms = waitMs) {
  const end = Date.now() + ms;
  let value;
  do {
    value = await read();
    if (is(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < end);
  throw new Error(`${what}: it stayed ${JSON.stringify(value)}`);
}
