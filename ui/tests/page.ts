// The real page in a real browser, over the made-up till.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Browser, chromium, type Page } from 'playwright-core';
import { build, preview, type PreviewServer } from 'vite';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';

import type { MadeUpTill, Wish } from '../dev/madeup';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
];

/** Where a browser is, if one is. */
export const CHROMIUM = process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path));

export class Bench {
  #server: PreviewServer | null = null;
  readonly #folder = mkdtempSync(join(tmpdir(), 'comptoir-page-'));
  #browser: Browser | null = null;
  #address = '';

  async open(): Promise<void> {
    const shared = {
      configFile: 'vite.dev.config.ts',
      logLevel: 'error',
      build: { outDir: this.#folder, emptyOutDir: true },
    } as const;
    await build(shared);
    this.#server = await preview({ ...shared, preview: { port: 0, host: '127.0.0.1' } });
    this.#address = this.#server.resolvedUrls?.local[0] ?? '';
    this.#browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#server?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async show(wish: Wish, viewport = { width: 1366, height: 768 }): Promise<Page> {
    const page = await this.#browser!.newPage({ viewport });
    const query = new URLSearchParams(Object.entries(wish));
    await page.goto(`${this.#address}?${query}`);
    await page.waitForSelector('main > *:not(.loading)');
    if (!wish.screen || wish.screen === 'sell') await page.waitForSelector('.tile', { state: 'attached' });
    return page;
  }
}

/** Opens the page as wished, until the test ends. */
export type Show = (wish: Wish, viewport?: { width: number; height: number }) => Promise<Page>;

/** Tests of one subject, with a browser of their own; skipped where none is installed. */
export function atTheTill(subject: string, tests: (show: Show) => void): void {
  if (!CHROMIUM) console.warn('No Chromium is installed: the tests of the page in a browser are skipped.');
  describe.skipIf(!CHROMIUM)(subject, { timeout: 30_000 }, () => {
    const bench = new Bench();
    beforeAll(() => bench.open(), 60_000);
    afterAll(() => bench.close());
    tests(async (wish, viewport) => {
      const page = await bench.show(wish, viewport);
      onTestFinished(() => page.close());
      return page;
    });
  });
}

/** Keys as fast as a scanner's, and what it sends after a code. */
export async function scan(page: Page, code: string, ending = ['Enter']): Promise<void> {
  const keys = [...code, ...ending];
  await page.evaluate((all) => {
    let at = performance.now();
    for (const key of all) {
      const code = /\d/.test(key) ? `Digit${key}` : key;
      const event = new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true });
      Object.defineProperty(event, 'timeStamp', { value: (at += 4) });
      const target = document.activeElement ?? document.body;
      // What a browser does with a key that nobody swallowed.
      if (target.dispatchEvent(event) && target instanceof HTMLInputElement && key.length === 1) {
        target.setRangeText(key, target.selectionStart ?? 0, target.selectionEnd ?? 0, 'end');
        target.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }
    }
  }, keys);
}

/** Waiting orders of the made-up till: two apple juices, eggs and honey, paid online, on shelf B3. */
export const PAID = 'O-1001';
/** Eggs, bread, carrots and apples, 13.05 to pay. */
export const UNPAID = 'O-1002';
/** 3.20 to be given back. */
export const OWED = 'O-1006';
/** Carrots, leeks, spinach and pears; 5.02 to pay. */
export const WEIGHED = 'O-1008';

/** What a person takes at least between a scan and a key. */
export async function aMoment(page: Page): Promise<void> {
  await page.waitForTimeout(200);
}

/** Keys as slow as a person's. */
export async function type(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text, { delay: 120 });
}

/** What the page asked of the till. */
export function calls(page: Page, command: string): Promise<Record<string, unknown>[]> {
  return page.evaluate((wanted) => {
    const { madeUpTill } = window as unknown as { madeUpTill: MadeUpTill };
    return madeUpTill.calls
      .filter((call) => call.command === wanted)
      .map((call) => call.request as Record<string, unknown>);
  }, command);
}
