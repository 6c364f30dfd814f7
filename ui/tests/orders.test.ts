import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { aMoment, atTheTill, calls, OWED, PAID, scan, type, UNPAID, WEIGHED } from './page';

const JUICE = '2000000000060';
const EGGS = '2000000000030';
const BUTTER = '2000000000110';

const tickBox = (page: Page, at: number) => page.locator('button.tick-box').nth(at);
const figure = (page: Page) => page.locator('.totals output').textContent();

atTheTill('an order that waits, at the counter', (show) => {
  describe('the fewest actions', () => {
    test('paid and unchanged: scan, Enter', async () => {
      const page = await show({ screen: 'sell' });
      await scan(page, PAID);
      await page.locator('.totals').getByText('Paid – hand over').waitFor();
      await aMoment(page);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.done');
      expect(await calls(page, 'order_hand_over')).toMatchObject([{ what: 'everything' }]);
      expect(await calls(page, 'pay_add')).toEqual([]);
    });

    test('unpaid, exact cash: scan, one key', async () => {
      const page = await show({ screen: 'sell' });
      await scan(page, UNPAID);
      await page.waitForSelector('.totals');
      expect(await figure(page)).toBe('€13.05');
      await page.keyboard.press('F10');
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_add')).toMatchObject([{ tender: 'cash', amount: null, tendered: null }]);
    });

    test('money to give back: scan, one key, and it is read as large as change', async () => {
      const page = await show({ screen: 'sell' });
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

  describe('checking', () => {
    test('a scan ticks what is expected, and beyond that adds from the shelf', async () => {
      const page = await show({ screen: 'sell', open: PAID });
      await scan(page, EGGS);
      await page.waitForSelector('li.seen');
      expect(await page.locator('[data-line]').count()).toBe(3);
      await scan(page, BUTTER);
      await page.waitForSelector('[data-line]:nth-child(4)');
      expect(await page.locator('[data-line]').nth(3).textContent()).toContain('from the shelf');
      expect(await figure(page)).toBe('€3.95');
    });

    test('a tap ticks, the space bar ticks the line, and Ctrl A says that all is there', async () => {
      const page = await show({ screen: 'sell', open: PAID });
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
      const page = await show({ screen: 'sell', open: PAID });
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
      const page = await show({ screen: 'sell', open: PAID });
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
      const page = await show({ screen: 'sell', open: UNPAID });
      await tickBox(page, 0).click();
      await page.waitForSelector('li.seen');
      await page.keyboard.press('F10');
      await page.waitForSelector('.ask');
      expect(await calls(page, 'pay_add')).toEqual([]);
      await page.keyboard.press('Control+a');
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_add')).toHaveLength(1);
    });

    test('only what is ticked, and not paid: its own figure is paid, and it goes', async () => {
      const page = await show({ screen: 'sell', open: UNPAID });
      await tickBox(page, 0).click();
      await page.waitForSelector('li.seen');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.ask');
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('.display.paying');
      expect(await figure(page)).toBe('€2.50');
      expect(await page.locator('.totals').textContent()).toContain('For what is ticked');
      await aMoment(page);
      await aMoment(page);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_add')).toMatchObject([{ tender: 'cash', amount: null, goes: 'ticked' }]);
      expect(await page.locator('.done').textContent()).toContain('The rest stays reserved.');
    });

    test('the change of what is ticked is asked for that, and Escape takes the choice away', async () => {
      const page = await show({ screen: 'sell', open: UNPAID });
      await tickBox(page, 0).click();
      await page.waitForSelector('li.seen');
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('.display.paying');
      await type(page, '5');
      await expect.poll(() => calls(page, 'cash_change')).toMatchObject([{ tendered: 500, goes: 'ticked' }]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      expect(await figure(page)).toBe('€13.05');
      await page.keyboard.press('F10');
      await page.waitForSelector('.ask');
      expect(await calls(page, 'pay_add')).toEqual([]);
    });

    test('an order is paid ahead with one key, and waits on', async () => {
      const page = await show({ screen: 'sell', open: UNPAID });
      await page.keyboard.press('Control+p');
      await page.getByRole('button', { name: 'Pay ahead', pressed: true }).waitFor();
      await page.keyboard.press('F10');
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_add')).toMatchObject([{ amount: null, goes: 'nothing' }]);
    });

    test('each step is told to who does not see the screen', async () => {
      const page = await show({ screen: 'sell', open: PAID });
      await scan(page, EGGS);
      await page.waitForSelector('li.seen');
      const spoken = page.locator('section.order [aria-live]');
      expect(await spoken.textContent()).toBe('Eggs, 1, seen. Paid – hand over');
    });
  });

  describe('changing', () => {
    test('what is taken off is asked where it goes; what came from the shelf goes back there', async () => {
      const page = await show({ screen: 'sell', open: PAID });
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
      const page = await show({ screen: 'sell', open: WEIGHED });
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
      const page = await show({ screen: 'sell', open: PAID });
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

    test('goods that are scanned while it is asked for them stand in for the line', async () => {
      const page = await show({ screen: 'sell', open: PAID });
      await page.locator('[data-line] .line').first().click();
      await page.getByRole('button', { name: 'Replace' }).click();
      await scan(page, BUTTER);
      await page.locator('.panel').getByText('Butter').waitFor();
      expect(await calls(page, 'order_scan')).toEqual([]);
      await page.getByRole('button', { name: 'Wasted' }).click();
      await expect.poll(() => calls(page, 'order_substitute')).toMatchObject([{ fate: 'wasted' }]);
    });

    test('Enter hands nothing over while it is asked what becomes of goods', async () => {
      const page = await show({ screen: 'sell', open: PAID });
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
      const page = await show({ screen: 'sell', open: PAID });
      await scan(page, JUICE);
      await page.waitForSelector('[data-line].current');
      await type(page, '3');
      await page.keyboard.press('Enter');
      await expect.poll(() => calls(page, 'order_set_quantity')).toMatchObject([{ quantity: 3000 }]);
    });
  });

  describe('settling', () => {
    test('what was added is the only thing to pay, and how it comes about is read', async () => {
      const page = await show({ screen: 'sell', open: PAID });
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

    test('what is charged for the order itself stands below its lines', async () => {
      const page = await show({ screen: 'sell', open: 'O-1007' });
      expect(await page.getByLabel('Lines of the order').textContent()).toMatch(/Delivery\s*3\.00/);
      expect(await figure(page)).toBe('€17.40');
    });

    test('Enter twice gives back by the usual tender, a typed amount is a part of it', async () => {
      const page = await show({ screen: 'sell', open: OWED });
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
      const page = await show({ screen: 'sell', open: OWED });
      await page.getByRole('button', { name: 'Cheque' }).click();
      await page.locator('.panel input').fill('4321');
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_give_back')).toMatchObject([
        { tender: 'cheque', approval: null },
        { tender: 'cheque', approval: { pin: '4321' } },
      ]);
    });

    test('a payment that lapsed is said with the sum to collect', async () => {
      const page = await show({ screen: 'sell', open: 'O-1012' });
      await page.getByText('The online payment lapsed: collect €8.50').waitFor();
      expect(await figure(page)).toBe('€8.50');
    });

    test('of a balance that is too small all is taken, and the rest is paid otherwise', async () => {
      const page = await show({ screen: 'sell', open: UNPAID });
      await page.getByRole('button', { name: 'Credit €5.00' }).click();
      await expect.poll(() => figure(page)).toBe('€8.05');
      expect(await calls(page, 'pay_add')).toMatchObject([{ tender: 'credit', amount: 500 }]);
    });

    test('a small rest is forgiven with one key, a large one is not', async () => {
      const page = await show({ screen: 'sell', open: UNPAID });
      await page.keyboard.press('Control+g');
      await page.keyboard.press('Enter');
      await type(page, '12.80');
      await page.keyboard.press('Enter');
      await expect.poll(() => figure(page)).toBe('€0.25');
      await page.keyboard.press('Control+g');
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_forgive')).toHaveLength(1);
      expect(await page.locator('.done').textContent()).toMatch(/Forgiven\s*€0.25/);
    });

    test('a cancelled order that was paid is given back, to where the money came from', async () => {
      const page = await show({ screen: 'sell', open: 'O-1011' });
      expect(await page.getByRole('button', { name: 'All there' }).count()).toBe(0);
      expect(await figure(page)).toBe('€12.40');
      await page.getByRole('button', { name: 'More …' }).click();
      await page.getByRole('button', { name: 'Online payment' }).click();
      await page.waitForSelector('.done');
      expect(await calls(page, 'pay_give_back')).toMatchObject([{ tender: 'online', amount: null }]);
      expect(await page.locator('.done').textContent()).toContain('goes back online');
    });

    test('nothing of the keypad moves between an order that is paid and one that is not', async () => {
      const page = await show({ screen: 'sell', open: PAID }, { width: 1024, height: 768 });
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
      const page = await show({ screen: 'sell', open: PAID });
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('.deeds').count()).toBe(0);
      expect(await calls(page, 'order_hand_over')).toEqual([]);
    });

    test('changed, it is asked: go on, or save', async () => {
      const page = await show({ screen: 'sell', open: PAID });
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
      const page = await show({ screen: 'sell', open: PAID });
      await scan(page, BUTTER);
      await page.waitForSelector('[data-line]:nth-child(4)');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Drop the changes' }).click();
      await expect.poll(() => calls(page, 'order_discard')).toHaveLength(1);
    });
  });
});
