import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import type { MadeUpTill, Wish } from '../dev/madeup';
import { Bench, calls, CHROMIUM, scan, type } from './page';

const JUICE = '2000000000060';
const EGGS = '2000000000030';
const BUTTER = '2000000000110';

/** Two apple juices, eggs and honey, paid online, on shelf B3. */
const PAID = 'O-1001';
/** Eggs, bread, carrots and apples, 13.05 to pay. */
const UNPAID = 'O-1002';
/** 3.20 to be given back. */
const OWED = 'O-1006';
/** Carrots, leeks, spinach and pears; 5.02 to pay. */
const WEIGHED = 'O-1008';

describe.skipIf(!CHROMIUM)('orders that wait, at the till', { timeout: 30_000 }, () => {
  const bench = new Bench();

  beforeAll(() => bench.open(), 60_000);
  afterAll(() => bench.close());

  async function show(wish: Wish = {}, viewport?: { width: number; height: number }): Promise<Page> {
    const page = await bench.show({ screen: 'sell', ...wish }, viewport);
    onTestFinished(() => page.close());
    return page;
  }

  async function list(wish: Wish = {}): Promise<Page> {
    const page = await show(wish);
    await page.keyboard.press('F5');
    await page.waitForSelector('.orders li');
    return page;
  }

  const tickBox = (page: Page, at: number) => page.locator('button.tick-box').nth(at);
  const figure = (page: Page) => page.locator('.totals output').textContent();

  describe('the fewest actions', () => {
    test('paid and unchanged: scan, Enter', async () => {
      const page = await show();
      await scan(page, PAID);
      await page.locator('.totals').getByText('Paid – hand over').waitFor();
      await aMoment(page);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.done');
      expect(await calls(page, 'order_hand_over')).toMatchObject([{ what: 'everything' }]);
      expect(await calls(page, 'pay_add')).toEqual([]);
    });

    test('unpaid, exact cash: scan, one key', async () => {
      const page = await show();
      await scan(page, UNPAID);
      await page.waitForSelector('.totals');
      expect(await figure(page)).toBe('€13.05');
      await page.keyboard.press('F10');
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_add')).toMatchObject([{ tender: 'cash', amount: null, tendered: null }]);
    });

    test('money to give back: scan, one key, and it is read as large as change', async () => {
      const page = await show();
      await scan(page, OWED);
      await page.waitForSelector('.totals');
      expect(await figure(page)).toBe('€3.20');
      await page.keyboard.press('F10');
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_give_back')).toMatchObject([{ tender: 'cash', amount: null }]);
      expect(await page.locator('.done output').textContent()).toBe('€3.20');
      expect(await page.locator('.done .title').textContent()).toContain('Given back');
    });
  });

  describe('the list', () => {
    test('letters search at once, the arrows mark, Enter opens', async () => {
      const page = await list();
      await type(page, 'jan');
      await expect.poll(() => page.locator('.orders li').count()).toBeGreaterThan(1);
      await expect.poll(() => page.locator('.orders li.marked .name').textContent()).toContain('Jane Doyle');
      await page.keyboard.press('ArrowDown');
      const marked = await page.locator('.orders li.marked').textContent();
      await page.keyboard.press('Enter');
      await page.waitForSelector('.deeds');
      expect(await page.locator('section.orders').count()).toBe(0);
      expect(marked).toContain(await page.locator('section.order h2').textContent());
    });

    test('Enter before the answer is remembered', async () => {
      const page = await list();
      await page.evaluate(() => {
        const { madeUpTill: till } = window as unknown as { madeUpTill: MadeUpTill };
        const call = till.call.bind(till) as (name: string, request: unknown) => Promise<unknown>;
        const slow = async (name: string, request: unknown) => {
          const answer = await call(name, request);
          if (name === 'orders_list') await new Promise((go) => setTimeout(go, 400));
          return answer;
        };
        Object.assign(till, { call: slow });
      });
      await type(page, '1006');
      await page.keyboard.press('Enter');
      expect(await calls(page, 'order_open')).toEqual([]);
      await page.waitForSelector('.deeds');
      expect(await page.locator('section.order h2').textContent()).toContain('Grace');
    });

    test('of five hundred orders only those in sight are drawn, and every one can be reached', async () => {
      const page = await list({ orders: '500' });
      expect(await page.locator('.orders li').count()).toBeLessThan(30);
      const first = await page.locator('.orders li').first().textContent();
      for (let pages = 0; pages < 60; pages += 1) await page.keyboard.press('PageDown');
      await expect.poll(() => page.locator('.orders li').first().textContent()).not.toBe(first);
      expect(await page.locator('.orders li.marked .name').textContent()).toContain('No name');
      await expect.poll(() => page.locator('.orders li.marked').isVisible()).toBe(true);
    });

    test('a code that is scanned opens its order, and leaves the search as it was', async () => {
      const page = await list();
      await scan(page, PAID);
      await page.waitForSelector('.deeds');
      expect(await page.locator('section.orders').count()).toBe(0);
      await page.keyboard.press('F5');
      expect(await page.locator('.orders .search input').inputValue()).toBe('');
    });

    test('an order that cannot be opened says why, and the list stays', async () => {
      const page = await list();
      await page.evaluate(() => {
        const { madeUpTill: till } = window as unknown as { madeUpTill: MadeUpTill };
        const call = till.call.bind(till) as (name: string, request: unknown) => Promise<unknown>;
        const params = { number: { kind: 'text', value: 'O-1002' } };
        const refusing = (name: string, request: unknown) =>
          name === 'order_open'
            ? Promise.reject({ code: 'order_handed_over', params, message: '' } as unknown as Error)
            : call(name, request);
        Object.assign(till, { call: refusing });
      });
      await page.keyboard.press('Enter');
      await page.locator('.orders').getByText('Order O-1002 was handed over already.').waitFor();
      expect(await page.locator('.orders li').count()).toBeGreaterThan(1);
    });

    test('nothing of the sale behind it is pressed blindly', async () => {
      const page = await list({ lines: '3' });
      for (const key of ['F10', 'F9', 'F6', 'F3', 'Control+1']) await page.keyboard.press(key);
      await page.keyboard.press('Escape');
      await page.waitForSelector('.sell:not(.away)');
      for (const command of ['pay_add', 'order_park', 'order_undo'])
        expect(await calls(page, command), command).toEqual([]);
      expect(await page.locator('[data-line]').count()).toBe(3);
    });

    test('slots are chosen, those without a time as well, and the age of an old copy is said', async () => {
      const page = await list({ orders: '500', old: '1' });
      await page.getByText('As of 08:42, server away').waitFor();
      await page.getByRole('button', { name: 'North barn' }).click();
      await expect.poll(() => page.locator('.orders li').first().textContent()).toContain('at North barn');
      await page.getByRole('button', { name: 'Without a time' }).click();
      await expect.poll(async () => (await calls(page, 'orders_list')).at(-1)?.['withoutSlot']).toBe(true);
    });

    test('what the till hears meanwhile is shown, and the mark stays with its order', async () => {
      const page = await list();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      const before = await page.locator('.orders li.marked .name').textContent();
      await page.evaluate(() => {
        const { madeUpTill } = window as unknown as { madeUpTill: MadeUpTill };
        void madeUpTill.call('order_cancel', {
          action: '',
          order: '019a0010-0000-7000-8000-000000000001',
          reason: '',
        });
        madeUpTill.say(() => {});
      });
      await expect.poll(() => page.locator('.orders li').first().textContent()).toContain('Bruno');
      expect(await page.locator('.orders li.marked .name').textContent()).toBe(before);
    });

    test('a basket is put in its place and an order cancelled, with a reason, by the keyboard', async () => {
      const page = await list();
      await page.keyboard.press('ArrowDown');
      await page.locator('.orders li.marked .more').focus();
      await page.keyboard.press('Enter');
      await page.locator('.sheet input').fill('Shelf Z9');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => calls(page, 'order_is_ready'))
        .toMatchObject([{ order: '019a0010-0000-7000-8000-000000000002', basket: 'Shelf Z9' }]);
      await expect.poll(() => page.locator('.orders li.marked').textContent()).toContain('Shelf Z9');
      await page.locator('.orders li.marked .more').click();
      await page.getByRole('button', { name: 'Cancel the order' }).click();
      expect(await calls(page, 'order_cancel')).toEqual([]);
      await page.getByRole('button', { name: 'Not fetched' }).click();
      await expect.poll(() => calls(page, 'order_cancel')).toMatchObject([{ reason: 'no_show' }]);
    });
  });

  describe('checking', () => {
    test('a scan ticks what is expected, and beyond that adds from the shelf', async () => {
      const page = await show({ open: PAID });
      await scan(page, EGGS);
      await page.waitForSelector('li.seen');
      expect(await page.locator('[data-line]').count()).toBe(3);
      await scan(page, BUTTER);
      await page.waitForSelector('[data-line]:nth-child(4)');
      expect(await page.locator('[data-line]').nth(3).textContent()).toContain('from the shelf');
      expect(await figure(page)).toBe('€3.95');
    });

    test('a tap ticks, the space bar ticks the line, and Ctrl A says that all is there', async () => {
      const page = await show({ open: PAID });
      await tickBox(page, 0).click();
      await page.waitForSelector('li.seen');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press(' ');
      await expect.poll(() => page.locator('li.seen').count()).toBe(2);
      await page.keyboard.press('Control+a');
      await expect.poll(() => page.locator('li.seen').count()).toBe(3);
      expect(await calls(page, 'order_tick_all')).toHaveLength(1);
      expect(await calls(page, 'order_tick')).toHaveLength(2);
    });

    test('what was not seen is asked in place; Enter twice is no answer, and a scan goes on', async () => {
      const page = await show({ open: PAID });
      await tickBox(page, 0).click();
      await page.waitForSelector('li.seen');
      await page.keyboard.press('Enter');
      await page.getByText('Not seen: 1 × Eggs, 1 × Honey').waitFor();
      await page.keyboard.press('Enter');
      await scan(page, EGGS);
      await page.getByText('Not seen: 1 × Honey').waitFor();
      expect(await calls(page, 'order_hand_over')).toEqual([]);
      await aMoment(page);
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('.done');
      expect(await calls(page, 'order_hand_over')).toMatchObject([{ what: 'ticked' }]);
      expect(await page.locator('.done').textContent()).toContain('The rest stays reserved.');
    });

    test('all there after the question hands everything over', async () => {
      const page = await show({ open: PAID });
      await tickBox(page, 1).click();
      await page.waitForSelector('li.seen');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.ask');
      await page.keyboard.press('Control+a');
      await page.waitForSelector('.done');
      expect(await calls(page, 'order_tick_all')).toHaveLength(1);
      expect(await calls(page, 'order_hand_over')).toMatchObject([{ what: 'everything' }]);
    });

    test('no money is taken for what was not seen before it was asked', async () => {
      const page = await show({ open: UNPAID });
      await tickBox(page, 0).click();
      await page.waitForSelector('li.seen');
      await page.keyboard.press('F10');
      await page.waitForSelector('.ask');
      expect(await calls(page, 'pay_add')).toEqual([]);
      await page.keyboard.press('Control+a');
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_add')).toHaveLength(1);
    });

    test('only what is ticked, and not paid: its money is asked for, already typed', async () => {
      const page = await show({ open: UNPAID });
      await tickBox(page, 0).click();
      await page.waitForSelector('li.seen');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.ask');
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('.display.paying');
      expect((await page.locator('.digits').textContent())?.trim()).toBe('13.05');
    });

    test('each step is told to who does not see the screen', async () => {
      const page = await show({ open: PAID });
      await scan(page, EGGS);
      await page.waitForSelector('li.seen');
      const spoken = page.locator('section.order [aria-live]');
      expect(await spoken.textContent()).toBe('Eggs, 1, seen. Paid – hand over');
    });
  });

  describe('changing', () => {
    test('what is taken off is asked where it goes; what came from the shelf goes back there', async () => {
      const page = await show({ open: PAID });
      await scan(page, BUTTER);
      await page.waitForSelector('[data-line]:nth-child(4).current');
      await page.keyboard.press('Delete');
      await page.waitForSelector('[data-line]:nth-child(4).removed');
      await page.locator('[data-line] .line').nth(1).click();
      await page.keyboard.press('Delete');
      await page.getByRole('button', { name: 'Was never there' }).click();
      await page.waitForSelector('[data-line]:nth-child(2).removed');
      expect(await calls(page, 'order_remove_line')).toMatchObject([{ fate: null }, { fate: 'never_there' }]);
      expect(await figure(page)).toBe('€2.50');
    });

    test('a typed number is what weighed goods weigh, and what was ordered stays to be read', async () => {
      const page = await show({ open: WEIGHED });
      await page.locator('[data-line] .line').first().click();
      await type(page, '1.125');
      await aMoment(page);
      expect(await page.locator('.hints').textContent()).toContain('Carrots weighs 1.125 kg');
      await page.keyboard.press('Enter');
      await expect.poll(() => calls(page, 'order_weigh')).toMatchObject([{ weight: 1125 }]);
      const quantity = page.locator('[data-line]').first().locator('.quantity');
      await expect.poll(() => quantity.textContent()).toMatch(/1\.000 kg\s*→\s*1\.125 kg/);
      expect(await calls(page, 'order_set_quantity')).toEqual([]);
    });

    test('goods are replaced by what the finder finds, and it is said what becomes of them', async () => {
      const page = await show({ open: PAID });
      await page.locator('[data-line] .line').first().click();
      await page.getByRole('button', { name: 'Replace' }).click();
      await type(page, 'milk');
      await page.waitForSelector('.tile.first');
      await page.keyboard.press('Enter');
      expect(await page.locator('.panel input').inputValue()).toBe('2');
      expect(await calls(page, 'order_add_variant')).toEqual([]);
      await page.getByRole('button', { name: 'Back to the shelf' }).click();
      await expect
        .poll(() => calls(page, 'order_substitute'))
        .toMatchObject([{ quantity: 2000, fate: 'back_to_shelf' }]);
      await page.getByText('instead of Apple juice').waitFor();
    });

    test('Enter hands nothing over while it is asked what becomes of goods', async () => {
      const page = await show({ open: PAID });
      await page.locator('[data-line] .line').first().click();
      await page.keyboard.press('Delete');
      await page.getByRole('button', { name: 'Wasted' }).waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Replace' }).click();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.getByText('Choose the product in the finder.').waitFor();
      expect(await calls(page, 'order_hand_over')).toEqual([]);
    });

    test('digits after a scan that ticked are for its line', async () => {
      const page = await show({ open: PAID });
      await scan(page, JUICE);
      await page.waitForSelector('[data-line].current');
      await type(page, '3');
      await page.keyboard.press('Enter');
      await expect.poll(() => calls(page, 'order_set_quantity')).toMatchObject([{ quantity: 3000 }]);
    });
  });

  describe('settling', () => {
    test('what was added is the only thing to pay, and how it comes about is read', async () => {
      const page = await show({ open: PAID });
      await scan(page, BUTTER);
      await page.waitForSelector('[data-line]:nth-child(4)');
      const parts = await page.locator('.totals dl > div').allTextContents();
      expect(parts.map((part) => part.replace(/\s+/g, ' ').trim())).toEqual([
        'Ordered 17.90',
        'Changed +3.95',
        'Paid 17.90',
      ]);
      await page.keyboard.press('Control+1');
      await page.waitForSelector('.done');
      expect(await page.locator('.done output').textContent()).toBe('€6.05');
    });

    test('Enter twice gives back by the usual tender, a typed amount is a part of it', async () => {
      const page = await show({ open: OWED });
      await page.keyboard.press('Enter');
      await page.waitForSelector('.display.paying');
      await type(page, '1.20');
      await aMoment(page);
      expect(await page.locator('.hints').textContent()).toContain('give back €1.20, Cash');
      await page.keyboard.press('Enter');
      await expect.poll(() => figure(page)).toBe('€2.00');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_give_back')).toMatchObject([
        { tender: 'cash', amount: 120 },
        { tender: 'cash', amount: null },
      ]);
    });

    test('each way to give back is one press, and a manager’s word is given in place', async () => {
      const page = await show({ open: OWED });
      await page.getByRole('button', { name: 'Cheque' }).click();
      await page.locator('.panel input').fill('4321');
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_give_back')).toMatchObject([
        { tender: 'cheque', approval: null },
        { tender: 'cheque', approval: { pin: '4321' } },
      ]);
    });

    test('nothing of the keypad moves between an order that is paid and one that is not', async () => {
      const page = await show({ open: PAID }, { width: 1024, height: 768 });
      const keys = () =>
        page
          .locator('.keys button')
          .evaluateAll((all) => all.map((key) => JSON.stringify(key.getBoundingClientRect())));
      const before = await keys();
      await scan(page, BUTTER);
      await page.waitForSelector('[data-line]:nth-child(4)');
      expect(await keys()).toEqual(before);
    });
  });

  describe('leaving', () => {
    test('unchanged, it is put back with one key', async () => {
      const page = await show({ open: PAID });
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('.deeds').count()).toBe(0);
      expect(await calls(page, 'order_hand_over')).toEqual([]);
    });

    test('changed, it is asked: go on, or save', async () => {
      const page = await show({ open: PAID });
      await scan(page, BUTTER);
      await page.waitForSelector('[data-line]:nth-child(4)');
      await page.keyboard.press('Escape');
      await page.getByText('Changes are not saved yet.').waitFor();
      await page.keyboard.press('Escape');
      expect(await page.locator('.ask').count()).toBe(0);
      await page.keyboard.press('Escape');
      await page.keyboard.press('F6');
      await expect.poll(() => page.locator('.deeds').count()).toBe(0);
      expect(await calls(page, 'order_hand_over')).toMatchObject([{ what: 'nothing' }]);
      expect(await calls(page, 'order_discard')).toEqual([]);
    });

    test('changed, the changes are dropped only by their own button', async () => {
      const page = await show({ open: PAID });
      await scan(page, BUTTER);
      await page.waitForSelector('[data-line]:nth-child(4)');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Drop the changes' }).click();
      await expect.poll(() => calls(page, 'order_discard')).toHaveLength(1);
    });
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
    ['an order to pay', { open: UNPAID }, (page) => tickBox(page, 0).click()],
    ['an order to give back', { open: OWED }, (page) => page.keyboard.press('Enter')],
    [
      'the question of what was not seen',
      { open: PAID },
      async (page) => {
        await tickBox(page, 0).click();
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

  test.each(views.flatMap((view) => ['light', 'dark'].map((shade) => [...view, shade] as const)))(
    '%s is for everybody',
    async (_, wish, act, shade) => {
      const page = await show({ ...wish, shade, language: 'fr' });
      await act(page);
      await page.waitForTimeout(200);
      expect(await violations(page)).toEqual([]);
    },
  );

  test.each(views)('%s is touched easily and cut off nowhere, from small to 4K', async (_, wish, act) => {
    const page = await show({ ...wish, language: 'fr' });
    await act(page);
    for (const [width, height] of [
      [1024, 768],
      [1280, 800],
      [1920, 1080],
      [3840, 2160],
      [640, 400],
      [512, 384],
    ] as const) {
      await page.setViewportSize({ width, height });
      expect(await tooSmall(page), `${width} × ${height}`).toEqual([]);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wider, `${width} × ${height}`).toBeLessThanOrEqual(0);
    }
  });
});

/** What a person takes at least between a scan and a key. */
async function aMoment(page: Page): Promise<void> {
  await page.waitForTimeout(200);
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
