import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import type { Wish } from '../dev/madeup';
import { atTheTill, OWED, PAID, scan, type, UNPAID } from './page';

const SIZES: [number, number][] = [
  [1024, 768],
  [1366, 768],
  [1920, 1080],
  [3840, 2160],
  [683, 384],
  [512, 384],
];

const EGGS = '2000000000030';

atTheTill('the page is for everybody', (show) => {
  test('reasons for a discount are in sight on a small screen', async () => {
    const page = await show({ screen: 'sell', lines: '4' }, { width: 1024, height: 768 });
    await page.keyboard.press('F4');
    const box = await page.locator('.reasons button').last().boundingBox();
    expect((box?.y ?? 1000) + (box?.height ?? 0)).toBeLessThanOrEqual(768);
  });

  test.each([
    [1366, 768],
    [1024, 768],
    [683, 384],
    [512, 384],
  ])('what the till says covers neither order nor total at %i × %i', async (width, height) => {
    const page = await show({ screen: 'sell', lines: '1' }, { width, height });
    await scan(page, '9999999999999');
    const notice = await page.locator('.notice').first().boundingBox();
    const order = await page.locator('section.order').boundingBox();
    const total = await page.locator('.total output').boundingBox();
    if (!notice || !order || !total) throw new Error('nothing is shown');
    const apart = (a: typeof order, b: typeof order) =>
      a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
    expect(apart(notice, order)).toBe(true);
    expect(total.y + total.height).toBeLessThanOrEqual(order.y + order.height);
  });

  test('each step is told to who does not see the screen, and nothing is told twice', async () => {
    const page = await show({ screen: 'sell' });
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]');
    const spoken = page.locator('section.order [aria-live]');
    expect(await spoken.textContent()).toBe('Eggs, 1, €2.50, total €2.50');
    expect(await page.locator('.keypad-zone [aria-live], .totals [aria-live]').count()).toBe(0);
  });

  test.each([
    [683, 384],
    [512, 384],
    [640, 512],
    [1024, 768],
    [3840, 2160],
  ])('the change is read whole at %i × %i', async (width, height) => {
    const page = await show({ screen: 'sell', lines: '4', language: 'fr' });
    await page.keyboard.press('Enter');
    await type(page, '100');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.done');
    await page.setViewportSize({ width, height });
    await page.evaluate(() => document.querySelector('main')?.scrollTo(0, 0));
    const change = await page.locator('.done output').boundingBox();
    const zone = await page.locator('section.order').boundingBox();
    if (!change || !zone) throw new Error('nothing is shown');
    expect(change.y).toBeGreaterThanOrEqual(zone.y);
    expect(change.x + change.width).toBeLessThanOrEqual(zone.x + zone.width);
    expect(change.y + change.height).toBeLessThanOrEqual(Math.min(height, zone.y + zone.height));
  });

  const screens: Wish[] = [
    { screen: 'setup' },
    { screen: 'firstLoad' },
    { screen: 'signIn' },
    { screen: 'openShift' },
    { screen: 'sell', lines: '9', server: 'offline' },
    { screen: 'closeShift' },
    { screen: 'zReport', practice: '1' },
    { screen: 'stopped' },
  ];
  const shades = ['light', 'dark'];

  test.each(screens.flatMap((wish) => shades.map((shade) => ({ ...wish, shade }))))(
    '$screen is for everybody ($shade)',
    async (wish) => {
      const page = await show({ ...wish, language: 'fr' });
      expect(await violations(page)).toEqual([]);
    },
  );

  test.each([['Control+i'], ['F1'], ['F4'], ['F7'], ['F9'], ['Control+d'], ['Enter']])(
    'what %s opens is for everybody',
    async (key) => {
      const page = await show({ screen: 'sell', lines: '3' });
      await page.keyboard.press(key);
      await page.waitForTimeout(200);
      expect(await violations(page)).toEqual([]);
    },
  );

  test.each(screens)('$screen is touched easily and cut off nowhere, from small to 4K', async (wish) => {
    const page = await show({ ...wish, language: 'fr' });
    await fits(page);
  });

  const views: [string, Wish, (page: Page) => Promise<unknown>][] = [
    ['the list', { orders: '500', old: '1' }, (page) => page.keyboard.press('F5')],
    [
      'its further actions',
      {},
      async (page) => {
        await page.keyboard.press('F5');
        await page.locator('.orders .more').nth(2).click();
        await page.getByText('Annuler la commande').click();
      },
    ],
    ['an order to pay', { open: UNPAID }, (page) => page.locator('button.tick-box').first().click()],
    ['an order to give back', { open: OWED }, (page) => page.keyboard.press('Enter')],
    [
      'the question of what was not seen',
      { open: PAID },
      async (page) => {
        await page.locator('button.tick-box').first().click();
        await page.waitForSelector('li.seen');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.ask');
      },
    ],
    [
      'the line that is taken off',
      { open: PAID },
      async (page) => {
        await page.locator('[data-line] .line').first().click();
        await page.keyboard.press('Delete');
      },
    ],
  ];

  const more: [string, Wish, (page: Page) => Promise<unknown>][] = [
    [
      'orders collected together',
      { open: UNPAID },
      async (page) => {
        await scan(page, OWED);
        await page.waitForSelector('.group');
        await page.keyboard.press('PageUp');
        await page.locator('button.tick-box').first().click();
        await page.waitForSelector('li.seen');
      },
    ],
    [
      'an order paid for in part',
      { open: UNPAID },
      async (page) => {
        await page.locator('button.tick-box').first().click();
        await page.waitForSelector('.goes');
      },
    ],
    [
      'the line that comes back',
      { open: 'O-1010' },
      async (page) => {
        await page.locator('.back-box').click();
        await page.locator('.reasons button').first().click();
        await page.waitForSelector('.comes');
        await page.locator('.back-box').click();
      },
    ],
    ['the question which receipt', {}, (page) => page.keyboard.press('Control+r')],
    [
      'an order that is open on another till',
      { open: UNPAID, desks: '1' },
      (page) => page.waitForSelector('.contest'),
    ],
    [
      'sales of another till',
      { desks: '1' },
      async (page) => {
        await page.keyboard.press('F6');
        await page.locator('.panel button.wide').first().click();
        await page.waitForSelector('.panel .deeds');
      },
    ],
    ['the question who fetches', { open: PAID }, (page) => page.keyboard.press('Control+f')],
    ['what a manager allows', { open: OWED }, (page) => page.getByRole('button', { name: 'Chèque' }).click()],
    [
      'stock',
      {},
      async (page) => {
        await page.keyboard.press('Control+s');
        await scan(page, EGGS);
        await page.waitForSelector('form h2');
        await page.keyboard.press('1');
        await page.waitForTimeout(300);
        await page.keyboard.press('Enter');
        await page.waitForSelector('.facts');
        await page.getByRole('button', { name: 'Perte' }).click();
        await scan(page, EGGS);
      },
    ],
    [
      'a shortage',
      { orders: '8' },
      async (page) => {
        await page.keyboard.press('Control+s');
        await page.getByRole('button', { name: 'Manque' }).click();
        await scan(page, EGGS);
        await page.waitForSelector('.card h3');
        await page.keyboard.type('0', { delay: 100 });
        await page.locator('.remedies button').first().click();
      },
    ],
    [
      'where an order is moved to',
      {},
      async (page) => {
        await page.keyboard.press('F5');
        await page.locator('.orders .more').nth(2).click();
        await page.getByRole('button', { name: 'Déplacer …' }).click();
      },
    ],
    [
      'an order by phone',
      { lines: '3' },
      async (page) => {
        await page.keyboard.press('Control+b');
        await page.keyboard.type('mary', { delay: 60 });
        await page.waitForSelector('.panel li');
      },
    ],
    ['problems', { problems: '1' }, (page) => page.keyboard.press('Control+o')],
  ];
  views.push(...more);

  test.each(views.flatMap((view) => ['light', 'dark'].map((shade) => [...view, shade] as const)))(
    '%s is for everybody',
    async (_, wish, act, shade) => {
      const page = await show({ screen: 'sell', ...wish, shade, language: 'fr' });
      await act(page);
      await page.waitForTimeout(200);
      expect(await violations(page)).toEqual([]);
    },
  );

  test.each(views)('%s is touched easily and cut off nowhere, from small to 4K', async (_, wish, act) => {
    const page = await show({ screen: 'sell', ...wish, language: 'fr' });
    await act(page);
    await fits(page);
  });
});

/** Nothing is too small to touch or wider than the screen, on any. */
async function fits(page: Page): Promise<void> {
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    expect(await tooSmall(page), `${width} × ${height}`).toEqual([]);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider, `${width} × ${height}`).toBeLessThanOrEqual(0);
  }
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations: found } = await (window as unknown as { axe: typeof axe }).axe.run();
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}

/** Buttons and fields smaller than a cold finger. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, .input, .tick')]
      .filter((element) => element.offsetParent !== null)
      .filter((element) => element.offsetHeight < 56 || element.offsetWidth < 48)
      .map(
        (element) => `${element.offsetWidth} × ${element.offsetHeight}: ${element.outerHTML.slice(0, 120)}`,
      ),
  );
}
