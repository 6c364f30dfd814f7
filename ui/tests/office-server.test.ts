// The office in a real browser, served by the real server with the demo's made-up hub.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

import { faults, PHONE, settled, WIDE } from './office';
import { CHROMIUM } from './page';

/** Built by `cargo build`, as `cargo xtask test` does before it comes here. */
const SERVER = process.env['COMPTOIR_SERVER'] ?? join('..', 'target', 'debug', 'sync-server');
const PASSWORD = 'a long enough one';
const HOSTILE = '<img src=x onerror=alert(1)> Bobby';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => probe.once('listening', ready));
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  return typeof address === 'object' && address ? address.port : 0;
}

class Hub {
  readonly #folder = mkdtempSync(join(tmpdir(), 'comptoir-office-'));
  #server: ChildProcess | null = null;
  #browser: Browser | null = null;
  #hasPassword = false;
  address = '';

  async open(): Promise<void> {
    execFileSync(SERVER, ['--data', this.#data, 'demo'], { stdio: 'ignore' });
    this.address = `http://127.0.0.1:${await freePort()}`;
    const serve = ['--data', this.#data, 'serve', '--http', '--listen', this.address.replace('http://', '')];
    this.#server = spawn(SERVER, serve, { stdio: 'ignore' });
    await vi.waitFor(async () => expect((await fetch(`${this.address}/healthz`)).ok).toBe(true), {
      timeout: 20_000,
    });
    this.#browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    const ended = new Promise((ended) => this.#server?.once('exit', ended));
    this.#server?.kill();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A manager at the office, logged in; what goes wrong there fails the test. */
  async enter(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context: BrowserContext = await this.#browser!.newContext({
      viewport: WIDE,
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => wrong.push('a script of a name ran')));
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) wrong.push(message.text());
    });
    onTestFinished(async () => {
      await context.close();
      expect(wrong).toEqual([]);
    });
    await page.goto(`${this.address}/office/`);
    await this.logIn(page);
    return page;
  }

  /** The first time with a one-time code, as the first manager does it. */
  async logIn(page: Page): Promise<void> {
    if (!this.#hasPassword) {
      const told = execFileSync(SERVER, ['--data', this.#data, 'office-password', 'Maya', '--login', 'maya']);
      const code = /within a day: (\S+)/.exec(told.toString())?.[1] ?? '';
      await page.getByText('I have a one-time code').click();
      await page.getByLabel('One-time code').fill(code);
      await page.getByLabel('New password').fill(PASSWORD);
      this.#hasPassword = true;
    } else {
      await page.getByLabel('Login').fill('maya');
      await page.getByLabel('Password').fill(PASSWORD);
    }
    await page.keyboard.press('Enter');
    await page.waitForSelector('.login', { state: 'detached' });
    await page.waitForSelector('main h1');
  }
}

async function go(page: Page, place: string): Promise<void> {
  await page.evaluate((place) => (location.hash = `#/${place}`), place);
  await page.waitForTimeout(50);
  await page.waitForSelector('main h1');
  await settled(page);
}

function missing(): string | null {
  if (!CHROMIUM || !existsSync(SERVER)) return 'No Chromium or no sync-server';
  if (!existsSync(join('dist', 'office', 'index.html'))) return 'The office is not built';
  const help = execFileSync(SERVER, ['help']).toString();
  return help.includes('office-password') ? null : 'The sync-server has no office yet';
}

const without = missing();
if (without) console.warn(`${without}: the tests of the office on the real server are skipped.`);

const AREAS = [
  '',
  'orders?state=waiting',
  'packing',
  'slots',
  'products',
  'customers',
  'problems',
  'messages',
  'messages/texts',
  'tills',
  'staff',
  'connections',
  'settings',
  'audit',
];

describe.skipIf(without !== null)('the office on the real server', { timeout: 60_000 }, () => {
  const hub = new Hub();
  beforeAll(() => hub.open(), 60_000);
  afterAll(() => hub.close());

  for (const [viewport, colorScheme] of [
    [WIDE, 'light'],
    [PHONE, 'dark'],
  ] as const)
    test(`every area answers, and is for everybody, at ${viewport.width} pixels`, async () => {
      // axe is a script that the pages' own rules would not let in.
      const page = await hub.enter({ viewport, colorScheme, bypassCSP: true });
      const refused: string[] = [];
      page.on('response', (answer) => {
        if (answer.status() >= 400) refused.push(`${answer.status()} ${answer.url()}`);
      });
      for (const area of AREAS) {
        await go(page, area);
        expect(refused, area).toEqual([]);
        expect(await page.locator('main [role=alert]').count(), area).toBe(0);
        expect(await faults(page), area).toEqual([]);
        const first = page.locator('a.opens').first();
        if (area === '' || (await first.count()) === 0) continue;
        await first.click();
        await page.waitForSelector('main h1');
        await settled(page);
        expect(refused, page.url()).toEqual([]);
        expect(await faults(page), page.url()).toEqual([]);
      }
    });

  test('nothing of it offends its own security policy', async () => {
    const page = await hub.enter();
    for (const area of AREAS) await go(page, area);
    await go(page, 'slots');
    await page.keyboard.press('n');
    await page.waitForSelector('dialog[open]');
  });

  test('each number at the start is the number of its list', async () => {
    const page = await hub.enter();
    const cards = await page.locator('main .cards a').evaluateAll((all) =>
      all.map((card) => ({
        list: card.getAttribute('href')!.slice(2),
        count: card.querySelector('strong')!.textContent!.replace(/\D/g, ''),
      })),
    );
    expect(cards.length).toBeGreaterThan(2);
    for (const { list, count } of cards) {
      const answer = await page.evaluate(
        (list) => fetch(`/office/api/${list}`).then((answer) => answer.json()),
        list,
      );
      expect(String((answer as { total: number }).total), list).toBe(count);
    }
  });

  test('a name that looks like HTML stays a text, in the page and in the file', async () => {
    const page = await hub.enter();
    await go(page, 'customers');
    await page.getByRole('button', { name: 'New customer' }).click();
    await page.getByLabel('Name', { exact: true }).fill(HOSTILE);
    await page.getByLabel('E-mail', { exact: true }).fill('bobby@mail.example');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: HOSTILE }).waitFor();
    await go(page, 'customers');
    await page.getByText(HOSTILE).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    const file = await page.evaluate(() =>
      fetch('/office/api/customers.csv').then((answer) => answer.text()),
    );
    expect(file).toContain('bobby@mail.example');
  });

  test('the audit says what a price was and is, and it can be taken back', async () => {
    const page = await hub.enter();
    await go(page, 'products');
    await page.locator('a.opens').first().click();
    const old = await page.locator('main .large-figure').textContent();
    await page.keyboard.press('e');
    await page.getByLabel('Price').fill('47.11');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.locator('main .large-figure').textContent()).toMatch(/47[.,]11/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.locator('main .large-figure').textContent()).toBe(old);
    await page.getByText('Who changed what').click();
    const rows = page.locator('main tr', { hasText: 'Price' });
    await expect.poll(() => rows.count()).toBeGreaterThan(1);
    expect(await rows.nth(0).locator('td').allTextContents()).toEqual([
      expect.stringMatching(/47[.,]11/),
      old,
    ]);
    expect(await rows.nth(1).locator('td').allTextContents()).toEqual([
      old,
      expect.stringMatching(/47[.,]11/),
    ]);
  });

  test('a session that ends asks for the password and goes on where one was', async () => {
    const page = await hub.enter();
    await go(page, 'staff');
    await page.context().clearCookies();
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByText('The session has ended.').waitFor();
    await hub.logIn(page);
    expect(await page.locator('h1').textContent()).toBe('Tills');
  });
});
