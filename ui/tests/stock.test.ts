import { describe, expect, test } from 'vitest';

import { aMoment, atTheTill, calls, scan, type } from './page';

const EGGS = '2000000000030';
const BUTTER = '2000000000110';
const CANDLE = '2000000000120';

atTheTill('goods that belong to no order', (show) => {
  describe('stock', () => {
    test('scan, digits, Enter; the next scan goes on, and nothing of it is sold', async () => {
      const page = await show({ screen: 'sell' });
      await page.keyboard.press('Control+s');
      await scan(page, EGGS);
      await page.getByRole('heading', { name: 'Eggs' }).waitFor();
      await type(page, '24');
      await aMoment(page);
      await page.keyboard.press('Enter');
      await page.getByText('24 Eggs').waitFor();
      await scan(page, BUTTER);
      await page.getByRole('heading', { name: 'Butter' }).waitFor();
      expect(await calls(page, 'goods_receive')).toMatchObject([{ came: 24_000, announced: null }]);
      expect(await calls(page, 'order_scan')).toEqual([]);
    });

    test('what is typed and not entered is not lost to the next scan', async () => {
      const page = await show({ screen: 'sell' });
      await page.keyboard.press('Control+s');
      await scan(page, EGGS);
      await page.getByRole('heading', { name: 'Eggs' }).waitFor();
      await type(page, '7');
      await aMoment(page);
      await scan(page, BUTTER);
      await page.getByText('Eggs is not entered yet').waitFor();
      await aMoment(page);
      await page.keyboard.press('Enter');
      await page.getByText('7 Eggs').waitFor();
    });

    test('what was announced and less that came are one entry, and the delivery note stays', async () => {
      const page = await show({ screen: 'sell' });
      await page.keyboard.press('Control+s');
      await type(page, 'egg');
      await page.getByRole('button', { name: 'Eggs' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Eggs' }).waitFor();
      await page.getByLabel('Came').fill('80');
      await page.getByLabel('Announced').fill('100');
      await page.getByLabel('delivery note').fill('LS 4711');
      await page.getByRole('button', { name: 'Enter it' }).click();
      await page.getByText('of 100 announced').waitFor();
      await scan(page, BUTTER);
      await page.getByRole('heading', { name: 'Butter' }).waitFor();
      expect(await page.getByLabel('delivery note').inputValue()).toBe('LS 4711');
      expect(await calls(page, 'goods_receive')).toMatchObject([
        { came: 80_000, announced: 100_000, reference: 'LS 4711' },
      ]);
    });

    test('waste wants its reason, which stays for the next goods; one press is one entry', async () => {
      const page = await show({ screen: 'sell' });
      await page.keyboard.press('Control+s');
      await page.keyboard.press('ArrowRight');
      await scan(page, EGGS);
      await page.getByRole('heading', { name: 'Eggs' }).waitFor();
      expect(await page.getByRole('button', { name: 'Enter it' }).isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Broken' }).click();
      await page.getByRole('button', { name: 'Enter it' }).dblclick();
      await page.getByText('1 Eggs').waitFor();
      await scan(page, BUTTER);
      await page.getByRole('button', { name: 'Broken', pressed: true }).waitFor();
      expect(await calls(page, 'goods_take_out')).toMatchObject([
        { quantity: 1000, to: { kind: 'waste' }, why: 'broken' },
      ]);
    });

    test('a count says its figure only, an entry is taken back with one press', async () => {
      const page = await show({ screen: 'sell' });
      await page.keyboard.press('Control+s');
      await page.getByRole('button', { name: 'Count' }).click();
      await scan(page, EGGS);
      await page.getByRole('heading', { name: 'Eggs' }).waitFor();
      await type(page, '0');
      await aMoment(page);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Take back Eggs' }).click();
      await page.getByText('taken back').waitFor();
      expect(await calls(page, 'goods_count')).toMatchObject([{ figure: 0 }]);
      expect(await calls(page, 'goods_undo')).toHaveLength(1);
    });

    test('what has no stock, and what nobody knows, is said', async () => {
      const page = await show({ screen: 'sell' });
      await page.keyboard.press('Control+s');
      await scan(page, CANDLE);
      await page.getByText('No stock is kept of it').waitFor();
      await scan(page, '9999999999999');
      await page.getByText('No product has the code 9999999999999.').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.waitForSelector('.tile');
    });
  });

  describe('problems', () => {
    test('their number is on every screen; both facts and what there is to choose are read', async () => {
      const page = await show({ screen: 'sell', problems: '1' });
      expect(await page.locator('header nav').textContent()).toContain('3 problems');
      await page.keyboard.press('Control+o');
      await page.getByRole('heading', { name: 'Handed over twice' }).waitFor();
      const shown = await page.locator('article').textContent();
      expect(shown).toContain('another till');
      expect(shown).toContain('this till');
      expect(shown).toContain('Both hand-overs stand in the stock');
    });

    test('the arrows choose, Enter marks what is proposed and a second one decides, with a manager’s word', async () => {
      const page = await show({ screen: 'sell', problems: '1' });
      await page.keyboard.press('Control+o');
      await page.waitForSelector('article');
      await page.keyboard.press('ArrowDown');
      await page.getByRole('heading', { name: 'Quantity set in two places' }).waitFor();
      expect(await page.locator('article').textContent()).toContain('2.500 kg');
      await page.keyboard.press('Enter');
      await aMoment(page);
      await page.keyboard.press('Enter');
      await page.locator('article input').fill('4321');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Sold more than was there' }).waitFor();
      expect(await calls(page, 'problem_decide')).toMatchObject([
        { ids: ['p2'], choice: 'keep', approval: null },
        { ids: ['p2'], choice: 'keep', approval: { pin: '4321' } },
      ]);
    });

    test('its order is opened from the problem', async () => {
      const page = await show({ screen: 'sell', problems: '1' });
      await page.keyboard.press('Control+o');
      await page.getByRole('button', { name: 'Open the order' }).click();
      await page.getByRole('heading', { name: 'Farrell family' }).waitFor();
    });
  });

  describe('less came than is wanted', () => {
    test('what came is shared out before anything is changed, and each order is agreed to by itself', async () => {
      const page = await show({ screen: 'sell' });
      await page.keyboard.press('Control+s');
      await page.getByRole('button', { name: 'Shortage' }).click();
      await scan(page, EGGS);
      await page.getByRole('heading', { name: 'Eggs' }).waitFor();
      await type(page, '5');
      await page.getByText('28 wanted, 5 there').waitFor();
      expect(await page.locator('.preview').textContent()).toContain('In boxes of O-1022');
      expect(await calls(page, 'shortage_settle')).toEqual([]);
      const first = page.locator('li.short').first();
      await first.getByRole('button', { name: 'Take off' }).click();
      await page.getByText('✓ Take off').waitFor();
      expect(await calls(page, 'shortage_settle')).toMatchObject([
        { gets: 0, wanted: 3000, remedy: 'takeOff', by: null },
      ]);
    });

    test('other goods are chosen for one order', async () => {
      const page = await show({ screen: 'sell' });
      await page.keyboard.press('Control+s');
      await page.getByRole('button', { name: 'Shortage' }).click();
      await scan(page, EGGS);
      await page.getByRole('heading', { name: 'Eggs' }).waitFor();
      await type(page, '0');
      await page.locator('li.short').first().getByRole('button', { name: 'Replace' }).click();
      await scan(page, BUTTER);
      await page.getByRole('heading', { name: 'Butter' }).waitFor();
      expect(await page.locator('form input.figure').inputValue()).toBe('1');
      await page.getByRole('button', { name: 'Give this instead' }).click();
      await page.getByText('✓ Replace').waitFor();
      expect(await calls(page, 'shortage_settle')).toMatchObject([
        { remedy: 'substitute', by: { quantity: 1000 } },
      ]);
    });

    test('one key agrees to all that is proposed, each order by its own entry', async () => {
      const page = await show({ screen: 'sell', orders: '8' });
      await page.keyboard.press('Control+s');
      await page.getByRole('button', { name: 'Shortage' }).click();
      await scan(page, EGGS);
      await page.getByRole('heading', { name: 'Eggs' }).waitFor();
      await type(page, '0');
      await page.getByRole('button', { name: 'Agree to all 3' }).waitFor();
      await aMoment(page);
      await page.keyboard.press('Control+Enter');
      await expect.poll(() => page.locator('li.settled').count()).toBe(3);
      const sent = await calls(page, 'shortage_settle');
      expect(new Set(sent.map(({ action }) => action)).size).toBe(3);
    });
  });
});
