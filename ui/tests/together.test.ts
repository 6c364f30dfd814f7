import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { aMoment, atTheTill, calls, OWED, PAID, scan, type, UNPAID } from './page';

/** A loaf, fetched and paid. */
const FETCHED = 'O-1010';
const BUTTER = '2000000000110';

const figure = (page: Page) => page.locator('.totals output').textContent();
const orders = (page: Page) => page.locator('.group .one');

atTheTill('several orders at the counter', (show) => {
  describe('collected together', () => {
    test('a second code joins; one figure is paid, and each order is done', async () => {
      const page = await show({ screen: 'sell' });
      await scan(page, PAID);
      await page.waitForSelector('[data-line]');
      await aMoment(page);
      await scan(page, UNPAID);
      await expect.poll(() => orders(page).count()).toBe(2);
      expect(await figure(page)).toBe('€13.05');
      expect(await page.locator('.totals').textContent()).toContain('Together to pay');
      await page.keyboard.press('F10');
      await page.waitForSelector('.done');
      expect(await page.locator('.done').textContent()).toContain('Order O-1001');
      expect(await calls(page, 'order_open')).toEqual([]);
    });

    test('what is owed to one pays for the other', async () => {
      const page = await show({ screen: 'sell', open: UNPAID });
      await scan(page, OWED);
      await expect.poll(() => figure(page)).toBe('€9.85');
    });

    test('the keys go from order to order, and one is taken out again', async () => {
      const page = await show({ screen: 'sell', open: PAID });
      await scan(page, UNPAID);
      await expect.poll(() => orders(page).count()).toBe(2);
      await aMoment(page);
      await page.keyboard.press('PageUp');
      await expect.poll(() => page.locator('section.order h2').textContent()).toBe('Jane Doyle');
      await page.getByRole('button', { name: 'Take Jane Doyle out again' }).click();
      await expect.poll(() => orders(page).count()).toBe(0);
      expect(await calls(page, 'group_leave')).toHaveLength(1);
    });

    test('the name of who fetches is noted for all of them', async () => {
      const page = await show({ screen: 'sell', open: PAID });
      await scan(page, UNPAID);
      await expect.poll(() => orders(page).count()).toBe(2);
      await aMoment(page);
      await page.keyboard.press('Control+f');
      await page.locator('.panel input').fill('Seán');
      await page.keyboard.press('Enter');
      await page.getByText('Fetched by Seán').waitFor();
      expect(await calls(page, 'order_fetched_by')).toMatchObject([{ name: 'Seán' }]);
    });
  });

  describe('goods that come back', () => {
    test('of the last sale, by the keyboard alone', async () => {
      const page = await show({ screen: 'sell', lines: '4' });
      await page.keyboard.press('F10');
      await page.waitForSelector('.done');
      await page.keyboard.press('Control+r');
      await page.getByRole('button', { name: 'Of the last sale' }).press('Enter');
      await page.waitForSelector('.back-box');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Delete');
      await page.waitForSelector('.panel');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => calls(page, 'order_return_line'))
        .toMatchObject([{ quantity: 1250, fate: 'back_to_shelf', reason: 'damaged' }]);
      expect(await figure(page)).toBe('€3.00');
      await page.keyboard.press('F10');
      await page.waitForSelector('.done');
      expect(await page.locator('.done .title').textContent()).toContain('Given back');
    });

    test('a typed quantity is what comes back of the line, and more than the customer has is not', async () => {
      const page = await show({ screen: 'sell', open: FETCHED });
      await page.locator('[data-line] .line').first().click();
      await type(page, '2');
      await aMoment(page);
      expect(await page.locator('.hints').textContent()).toContain('2 of Sourdough loaf comes back');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.panel');
      await page.getByRole('button', { name: 'Wasted' }).click();
      await page.getByRole('button', { name: 'Not wanted' }).click();
      await page.getByText('The customer does not hold that much of Sourdough loaf.').waitFor();
      await page.locator('.panel input').fill('1');
      await page.getByRole('button', { name: 'Not wanted' }).click();
      await page.locator('[data-line]').getByText('1 comes back, Wasted').waitFor();
      expect(await figure(page)).toBe('€3.80');
    });

    test('a number that is typed opens its receipt', async () => {
      const page = await show({ screen: 'sell' });
      await page.keyboard.press('Control+r');
      await page.locator('.panel input').fill(FETCHED);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.back-box');
      expect(await calls(page, 'return_open')).toEqual([{ number: FETCHED }]);
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('.deeds').count()).toBe(0);
      expect(await calls(page, 'order_hand_over')).toEqual([]);
    });

    test('an order of the list that was fetched is opened for what comes back', async () => {
      const page = await show({ screen: 'sell' });
      await page.keyboard.press('F5');
      await page.getByLabel('Show those done').check();
      await page.getByRole('button', { name: 'More about Kevin Walsh' }).click();
      await page.getByRole('button', { name: 'Goods come back' }).click();
      await page.waitForSelector('.back-box');
      expect(await calls(page, 'return_open')).toEqual([{ number: FETCHED }]);
    });

    test('what is taken instead is scanned, and one net figure is settled', async () => {
      const page = await show({ screen: 'sell', open: FETCHED });
      await page.locator('.back-box').click();
      await page.getByRole('button', { name: 'Wrong goods' }).click();
      await expect.poll(() => figure(page)).toBe('€3.80');
      await scan(page, BUTTER);
      await expect.poll(() => orders(page).count()).toBe(2);
      expect(await figure(page)).toBe('€0.15');
      expect(await orders(page).first().textContent()).toContain('comes back');
      await page.keyboard.press('F10');
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_add')).toMatchObject([{ tender: 'cash', amount: null }]);
    });
  });

  describe('by phone', () => {
    test('what is on the screen is placed for a known customer, by the keyboard', async () => {
      const page = await show({ screen: 'sell', lines: '3' });
      await page.keyboard.press('Control+b');
      await type(page, 'farrell');
      await page.getByRole('button', { name: 'Farrell family' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Place the order' }).press('Enter');
      await expect
        .poll(() => calls(page, 'order_place'))
        .toMatchObject([{ whom: { kind: 'known' }, slot: expect.any(String), note: null }]);
      await page.getByText('The first product begins the order.').waitFor();
    });

    test('somebody new needs a name and a way to be reached', async () => {
      const page = await show({ screen: 'sell', lines: '3' });
      await page.keyboard.press('Control+b');
      await type(page, 'Xenia');
      await page.getByRole('button', { name: 'New: Xenia' }).click();
      expect(await page.getByRole('button', { name: 'Place the order' }).isDisabled()).toBe(true);
      await page.getByLabel('Telephone', { exact: true }).fill('085 000 1122');
      await page.getByRole('button', { name: 'Place the order' }).click();
      await expect
        .poll(() => calls(page, 'order_place'))
        .toMatchObject([{ whom: { kind: 'new', name: 'Xenia', phone: '085 000 1122' } }]);
    });
  });
});
