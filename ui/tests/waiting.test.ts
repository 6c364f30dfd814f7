import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import type { MadeUpTill, Wish } from '../dev/madeup';
import { atTheTill, calls, PAID, scan, type } from './page';

atTheTill('the list of orders that wait', (show) => {
  async function list(wish: Wish = {}): Promise<Page> {
    const page = await show({ screen: 'sell', ...wish });
    await page.keyboard.press('F5');
    await page.waitForSelector('.orders li');
    return page;
  }

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

  test('papers to pick and pack by are a key each, and say that they wait', async () => {
    const page = await show({ screen: 'sell' });
    await page.keyboard.press('F5');
    await page.waitForSelector('.orders li');
    await page.keyboard.press('F8');
    await page.getByText('Pick list: waits for the printer').waitFor();
    await page.locator('.orders .more').first().click();
    await page.keyboard.press('F8');
    await page.getByText('Basket label: waits for the printer').waitFor();
    await page.getByRole('button', { name: 'Order slip' }).click();
    await page.getByText('Order slip: waits for the printer').waitFor();
    expect(await calls(page, 'print_pick_list')).toHaveLength(1);
    expect(await calls(page, 'print_basket_label')).toHaveLength(1);
    expect(await calls(page, 'print_order_slip')).toHaveLength(1);
  });

  test('an order is moved to another slot, and a note written on it', async () => {
    const page = await show({ screen: 'sell' });
    await page.keyboard.press('F5');
    await page.locator('.orders .more').first().click();
    await page.getByRole('button', { name: 'Move …' }).click();
    await page.getByRole('button', { name: '16:00–18:00' }).last().press('Enter');
    await expect.poll(() => calls(page, 'order_move')).toHaveLength(1);
    await page.locator('.orders .more').first().click();
    await page.getByRole('button', { name: 'Note …' }).click();
    await page.locator('aside textarea').fill('Rings before coming');
    await page.getByRole('button', { name: 'Write it down' }).click();
    await expect.poll(() => calls(page, 'order_note')).toMatchObject([{ text: 'Rings before coming' }]);
  });

  test('an order that waits elsewhere says so and offers to come here', async () => {
    const page = await show({ screen: 'sell', orders: '300' });
    await page.keyboard.press('F5');
    await page.waitForSelector('.orders li');
    await type(page, 'O-1202');
    await page.getByText('at North barn').waitFor();
    await page.locator('.orders .more').first().click();
    const sheet = page.locator('aside');
    await sheet.getByRole('button', { name: 'Move it here' }).click();
    await sheet.getByRole('button', { name: '16:00–18:00' }).click();
    await expect.poll(() => calls(page, 'order_move')).toHaveLength(1);
  });

  test('what was paid and not fetched stays a sale, and its goods go somewhere', async () => {
    const page = await show({ screen: 'sell' });
    await page.keyboard.press('F5');
    await page.waitForSelector('.orders li');
    await type(page, 'O-1001');
    await expect.poll(() => page.locator('.orders li').count()).toBe(1);
    await page.locator('.orders .more').first().click();
    await page.getByRole('button', { name: 'Cancel the order' }).click();
    await page.getByRole('button', { name: 'it stays a sale' }).click();
    await page.getByRole('button', { name: 'Back to the shelf' }).click();
    await expect.poll(() => calls(page, 'order_keep')).toMatchObject([{ fate: 'back_to_shelf' }]);
    expect(await calls(page, 'order_cancel')).toEqual([]);
  });
});
