// The order page in a real browser, served by the real server with the demo's made-up hub.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

import { CHROMIUM } from './page';

/** Built by `cargo build`, as `cargo xtask test` does before it comes here. */
const SERVER = process.env['COMPTOIR_SERVER'] ?? join('..', 'target', 'debug', 'sync-server');

const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1280, height: 800 };

/** Everything that a home page loads but its pictures, packed, in bytes. */
const HOME_MAX = 60_000;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => probe.once('listening', ready));
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  return typeof address === 'object' && address ? address.port : 0;
}

class Market {
  readonly #folder = mkdtempSync(join(tmpdir(), 'comptoir-shop-'));
  #server: ChildProcess | null = null;
  #browser: Browser | null = null;
  address = '';

  async open(): Promise<void> {
    const data = join(this.#folder, 'data');
    execFileSync(SERVER, ['--data', data, 'demo'], { stdio: 'ignore' });
    this.address = `127.0.0.1:${await freePort()}`;
    const serve = ['--data', data, 'serve', '--http', '--listen', this.address];
    this.#server = spawn(SERVER, serve, { stdio: 'ignore' });
    await vi.waitFor(async () => expect(await this.#answers()).toBe(true), { timeout: 20_000 });
    this.#browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  }

  async #answers(): Promise<boolean> {
    return fetch(`http://${this.address}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    const ended = new Promise((ended) => this.#server?.once('exit', ended));
    this.#server?.kill();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Somebody with an empty basket, in front of the door. */
  async visit(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context: BrowserContext = await this.#browser!.newContext({
      viewport: PHONE,
      locale: 'en-GB',
      ...options,
    });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(`http://${this.address}/`);
    return page;
  }
}

/** The whole way of an order, with `look` at every page of it. */
async function order(page: Page, look: (page: Page) => Promise<void>): Promise<void> {
  const home = page.url();
  await look(page);
  await page.locator('.card .add').first().click();
  await page.locator('#bar').waitFor();
  await look(page);
  await page.locator('.card h3 a').first().click();
  await page.locator('.product').waitFor();
  await look(page);
  await page.goto(`${home}?q=nothing-of-that-name`);
  await look(page);
  await page.goto(home);
  await page.locator('#bar').click();
  await page.locator('#basket .amount').waitFor();
  await page.locator('.slot').first().click();
  await page.fill('#name', 'Jane Doe');
  await page.fill('#phone', '1');
  await page.locator('button.main').click();
  await page.locator('#refusal').waitFor();
  await look(page);
  await page.fill('#phone', '+33 6 12 34 56 78');
  await page.locator('button.main:enabled').click();
  await page.locator('.ticket').waitFor();
  await page.locator('summary').first().click();
  await look(page);
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations: found } = await (window as unknown as { axe: typeof axe }).axe.run();
    const wider = document.documentElement.scrollWidth - window.innerWidth;
    const faults = found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
    return wider > 0 ? [...faults, `${wider} pixels wider than the screen`] : faults;
  });
}

const missing = !CHROMIUM || !existsSync(SERVER);
if (missing) console.warn('No Chromium or no sync-server: the tests of the order page are skipped.');

describe.skipIf(missing)('the order page', { timeout: 60_000 }, () => {
  const market = new Market();
  beforeAll(() => market.open(), 60_000);
  afterAll(() => market.close());

  for (const [viewport, locale, colorScheme] of [
    [PHONE, 'en-GB', 'light'],
    [WIDE, 'en-GB', 'dark'],
    [PHONE, 'fr-FR', 'dark'],
    [WIDE, 'fr-FR', 'light'],
  ] as const) {
    test(`everybody can use it at ${viewport.width} pixels, ${locale}, ${colorScheme}`, async () => {
      // axe is a script that the page's own rules would not let in.
      const page = await market.visit({ viewport, locale, colorScheme, bypassCSP: true });
      await order(page, async (page) => expect(await violations(page), page.url()).toEqual([]));
    });
  }

  test('nothing of it offends its own security policy', async () => {
    const page = await market.visit();
    const faults: string[] = [];
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    await order(page, async () => {});
    expect(faults).toEqual([]);
  });

  test('a basket survives a reload and ends with its order', async () => {
    const page = await market.visit();
    const home = page.url();
    await page.locator('.card .add').first().click();
    await page.locator('.card .more').first().click();
    await page.locator('#bar').waitFor();
    await page.reload();
    await expect.poll(() => page.locator('.card .count input').first().inputValue()).toBe('2');
    await expect.poll(() => page.locator('#bar-count').textContent()).toBe('1');
    await page.goto(home);
    await page.locator('#bar').click();
    await page.locator('.slot').first().click();
    await page.fill('#name', 'Jane Doe');
    await page.fill('#email', 'jane@hub.example');
    await page.locator('button.main:enabled').click();
    await page.locator('.ticket').waitFor();
    await page.goto(home);
    await page.locator('.script').waitFor();
    expect(await page.locator('#bar').isHidden()).toBe(true);
  });

  test('what the server says it comes to is what the page shows', async () => {
    const page = await market.visit();
    const asked = page.waitForResponse((answer) => answer.url().includes('/quote'));
    await page.locator('.card .add').first().click();
    const total = /data-total="([^"]+)"/.exec(await (await asked).text())?.[1];
    await expect.poll(() => page.locator('#bar-total').textContent()).toBe(total);
  });

  test('it is used with the keyboard alone', async () => {
    const page = await market.visit({ viewport: WIDE });
    await page.locator('.card .add').first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.localName)).toBe('input');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    await page.locator('#bar').waitFor();
    await page.goto(`${page.url()}/checkout`);
    const less = page.locator('#basket .less');
    await less.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#basket input').inputValue()).toBe('2');
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('less');
  });

  test('it can be read without JavaScript', async () => {
    const page = await market.visit({ javaScriptEnabled: false });
    expect(await page.locator('.card').count()).toBeGreaterThan(10);
    expect(await page.locator('.add:visible').count()).toBe(0);
    const first = await page.locator('.card h3').allTextContents();
    await page.locator('a[rel=next]').click();
    const more = await page.locator('.card h3').allTextContents();
    expect(more.length).toBeGreaterThan(0);
    expect(more.filter((name) => first.includes(name))).toEqual([]);
    await page.fill('#q', 'quince');
    await page.locator('.search button').click();
    await page.locator('.card h3 a').first().click();
    expect(await page.locator('h1').textContent()).toBe('Quinces');
  });

  test('its home page is light', async () => {
    const home = await fetch(`http://${market.address}/`);
    const text = await home.text();
    const own = [...text.matchAll(/(?:href|src)="(\/shop\/assets\/[^"]+)"/g)].map((found) => found[1]!);
    expect(own).toHaveLength(3);
    let weight = 0;
    for (const path of [new URL(home.url).pathname, ...own]) weight += await packed(market.address, path);
    expect(weight).toBeLessThan(HOME_MAX);
  });
});

/** How many bytes come over the line. */
async function packed(address: string, path: string): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const asking = request(`http://${address}${path}`, { headers: { 'accept-encoding': 'gzip' } });
    asking.on('error', reject).on('response', (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('end', () => resolve(bytes));
    });
    asking.end();
  });
}
