// The office's real pages in a real browser, over the made-up server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build, preview, type PreviewServer } from 'vite';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';

import type { MadeUpCall, MadeUpOffice, OfficeWish } from '../dev/office/server';
import { CHROMIUM } from './page';

export const WIDE = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

class Desk {
  #server: PreviewServer | null = null;
  readonly #folder = mkdtempSync(join(tmpdir(), 'comptoir-office-'));
  #browser: Browser | null = null;
  #address = '';

  async open(): Promise<void> {
    const shared = { configFile: 'vite.dev.config.ts', logLevel: 'error' } as const;
    const out = { outDir: this.#folder, emptyOutDir: true };
    await build({ ...shared, build: { ...out, rolldownOptions: { input: 'dev/office.html' } } });
    this.#server = await preview({ ...shared, build: out, preview: { port: 0, host: '127.0.0.1' } });
    this.#address = this.#server.resolvedUrls?.local[0] ?? '';
    this.#browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#server?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async show(place: string, wish: OfficeWish, viewport: typeof WIDE): Promise<Page> {
    const page = await this.#browser!.newPage({ viewport, reducedMotion: 'reduce' });
    page.setDefaultTimeout(10_000);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => faults.push('a script of a name ran')));
    onTestFinished(async () => {
      await page.close();
      expect(faults).toEqual([]);
    });
    const query = new URLSearchParams(Object.entries(wish));
    await page.goto(`${this.#address}office.html?${query}#/${place}`);
    await page.waitForSelector(wish.out === undefined ? 'main h1' : '.login');
    await settled(page);
    return page;
  }
}

/** Nothing is under way any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.waiting, [aria-busy=true]'));
}

/** Opens a page of the office, until the test ends. */
export type ShowOffice = (place?: string, wish?: OfficeWish, viewport?: typeof WIDE) => Promise<Page>;

/** Tests of the office, with a browser of their own; skipped where none is installed. */
export function inTheOffice(subject: string, tests: (show: ShowOffice) => void): void {
  if (!CHROMIUM) console.warn('No Chromium is installed: the tests of the office in a browser are skipped.');
  describe.skipIf(!CHROMIUM)(subject, { timeout: 30_000 }, () => {
    const desk = new Desk();
    beforeAll(() => desk.open(), 60_000);
    afterAll(() => desk.close());
    tests((place = '', wish = {}, viewport = WIDE) => desk.show(place, wish, viewport));
  });
}

/** What the page sent to be changed. */
export async function changes(page: Page): Promise<MadeUpCall[]> {
  const all = await page.evaluate(
    () => (window as unknown as { madeUpOffice: MadeUpOffice }).madeUpOffice.calls,
  );
  return all.filter(({ method }) => method === 'POST');
}

/** What the page asked last of a path. */
export async function asked(page: Page, path: string): Promise<Record<string, string> | undefined> {
  const all = await page.evaluate(
    () => (window as unknown as { madeUpOffice: MadeUpOffice }).madeUpOffice.calls,
  );
  return all.findLast((call) => call.path === path)?.query;
}

/** Has the made-up server behave otherwise from now on. */
export function behave(page: Page, how: { refuse?: string; lose?: number; out?: boolean }): Promise<void> {
  return page.evaluate((how) => {
    Object.assign((window as unknown as { madeUpOffice: MadeUpOffice }).madeUpOffice, how);
  }, how);
}

/** What is not for everybody: what axe finds, and what is wider than the screen. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`),
    );
    const wider = document.documentElement.scrollWidth - window.innerWidth;
    return wider > 0 ? [...found, `${wider} pixels wider than the screen`] : found;
  });
}

/** Buttons, fields and links of the frame that are smaller than a cold finger. */
export function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.button, .input, .tick, .chip, .bar a')]
      .filter(
        (element) =>
          element.checkVisibility({ visibilityProperty: true }) && element.closest('[inert]') === null,
      )
      .filter((element) => element.offsetHeight < 44 || element.offsetWidth < 44)
      .map(
        (element) => `${element.offsetWidth} × ${element.offsetHeight}: ${element.outerHTML.slice(0, 120)}`,
      ),
  );
}
