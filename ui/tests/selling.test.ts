import { expect, test } from 'vitest';

import type { MadeUpTill } from '../dev/madeup';
import { atTheTill, calls, scan, type } from './page';

const EGGS = '2000000000030';
const BREAD = '2000000000040';

atTheTill('what a cashier sells', (show) => {
  test('a scan begins the order, and two actions after the last one it is paid', async () => {
    const page = await show({ screen: 'sell' });
    await scan(page, EGGS);
    await scan(page, BREAD);
    await page.waitForSelector('[data-line]:nth-child(2)');
    await page.keyboard.press('F10');
    await page.waitForSelector('.done');
    expect(await calls(page, 'order_scan')).toMatchObject([{ code: EGGS }, { code: BREAD }]);
    expect(await calls(page, 'pay_add')).toMatchObject([{ tender: 'cash', amount: null, tendered: null }]);
  });

  test('before the first scan the large key is the one that pays', async () => {
    const page = await show({ screen: 'sell' });
    expect(await page.locator('.pay button').textContent()).toContain('Pay');
  });

  test('a scanner that sends carriage return and line feed pays nothing', async () => {
    const page = await show({ screen: 'sell' });
    await scan(page, EGGS, ['Enter', 'Enter']);
    await page.waitForSelector('[data-line]');
    await scan(page, BREAD, ['Enter', 'Enter']);
    await page.waitForSelector('[data-line]:nth-child(2)');
    expect(await calls(page, 'pay_add')).toEqual([]);
    expect(await page.locator('.keypad-zone.paying').count()).toBe(0);
  });

  test('a scanned code that begins with a shortcut’s key does not press it', async () => {
    const page = await show({ screen: 'sell', lines: '2' });
    for (const code of ['+12345678', '-12345678', '/12345678', '?12345678']) await scan(page, code);
    await expect.poll(async () => (await calls(page, 'order_scan')).length).toBe(4);
    expect(await calls(page, 'order_step_quantity')).toEqual([]);
    expect(await page.locator('[role=dialog]').count()).toBe(0);
    expect(await page.locator('.search input').inputValue()).toBe('');
    await page.keyboard.press('+');
    await expect.poll(async () => (await calls(page, 'order_step_quantity')).length).toBe(1);
  });

  test('a scan in a field adds the product and leaves the field as it was', async () => {
    const page = await show({ screen: 'sell', lines: '2' });
    await page.keyboard.press('F4');
    const field = page.locator('.panel input').first();
    await field.waitFor();
    await type(page, '10');
    await page.waitForTimeout(150);
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]:nth-child(3)');
    expect(await calls(page, 'order_discount')).toEqual([]);
  });

  test('scans that come faster than the till answers are all sold, in their order', async () => {
    const page = await show({ screen: 'sell' });
    const codes = Array.from({ length: 10 }, (_, index) => `200000000${String(index).padStart(3, '0')}0`);
    for (const code of codes) await scan(page, code);
    await expect.poll(async () => (await calls(page, 'order_scan')).length).toBe(10);
    expect((await calls(page, 'order_scan')).map(({ code }) => code)).toEqual(codes);
  });

  test('digits before a scan are its quantity; digits after a line are the line’s', async () => {
    const page = await show({ screen: 'sell' });
    await type(page, '3');
    await page.waitForTimeout(150);
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]');
    await type(page, '5');
    await page.keyboard.press('Enter');
    await expect.poll(() => calls(page, 'order_set_quantity')).toMatchObject([{ quantity: 5000 }]);
    expect(await calls(page, 'order_scan')).toMatchObject([{ code: EGGS, quantity: 3000 }]);
  });

  test('digits after a scan are for its line, also when another was chosen and the scan adds to the last', async () => {
    const page = await show({ screen: 'sell', lines: '4' });
    await page.locator('[data-line] .line').first().click();
    await page.waitForSelector('[data-line]:first-child.current');
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]:nth-child(4).current');
    await type(page, '3');
    await page.keyboard.press('Enter');
    const eggs = await page.locator('[data-line]').nth(3).getAttribute('data-line');
    await expect
      .poll(() => calls(page, 'order_set_quantity'))
      .toMatchObject([{ line: eggs, quantity: 3000 }]);
  });

  test('an unusual quantity wants a second Enter, in place', async () => {
    const page = await show({ screen: 'sell', lines: '4' });
    await type(page, '250');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.asking');
    expect((await page.locator('.asking .digits').textContent())?.trim()).toBe('250');
    expect(await page.locator('.notice').count()).toBe(0);
    await page.keyboard.press('Enter');
    await expect
      .poll(() => calls(page, 'order_set_quantity'))
      .toMatchObject([{ confirmed: false }, { quantity: 250_000, confirmed: true }]);
  });

  test('letters search at once and Enter takes the first hit', async () => {
    const page = await show({ screen: 'sell' });
    await type(page, 'egg');
    await page.waitForSelector('.tile.first');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-line]');
    expect(await page.locator('[data-line] .name').textContent()).toContain('Eggs');
  });

  test('Enter before the answer is remembered, and Enter in an empty search adds nothing', async () => {
    const page = await show({ screen: 'sell' });
    await page.evaluate(() => {
      const { madeUpTill: till } = window as unknown as { madeUpTill: MadeUpTill };
      const call = till.call.bind(till) as (name: string, request: unknown) => Promise<unknown>;
      const slow = async (name: string, request: unknown) => {
        const answer = await call(name, request);
        if (name === 'product_search') await new Promise((go) => setTimeout(go, 400));
        return answer;
      };
      Object.assign(till, { call: slow });
    });
    await type(page, 'egg');
    await page.keyboard.press('Enter');
    expect(await calls(page, 'order_add_variant')).toEqual([]);
    await page.waitForSelector('[data-line]');
    expect(await page.locator('[data-line] .name').textContent()).toContain('Eggs');
    await page.getByRole('button', { name: 'Fruit' }).click();
    await page.keyboard.press('F2');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.display.paying');
    expect(await calls(page, 'order_add_variant')).toHaveLength(1);
  });

  test('the arrows of the search go where they point, and Enter takes what is marked', async () => {
    const page = await show({ screen: 'sell' });
    await type(page, 'e');
    await page.waitForSelector('.tile.first');
    const place = async () => {
      const box = await page.locator('.tile.first').boundingBox();
      return [Math.round(box?.x ?? 0), Math.round(box?.y ?? 0)] as const;
    };
    const [x, y] = await place();
    await page.keyboard.press('ArrowDown');
    const below = await place();
    expect([below[0], below[1] > y]).toEqual([x, true]);
    await page.keyboard.press('ArrowRight');
    expect((await place())[0]).toBeGreaterThan(x);
    const name = (await page.locator('.tile.first .name').textContent())?.trim() ?? '-';
    expect(await page.locator('.search .hint').textContent()).toContain(name.split('  ')[0]?.slice(0, 8));
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-line]');
  });

  test('an unknown code says so and offers what to do, without stopping anything', async () => {
    const page = await show({ screen: 'sell', lines: '1' });
    await scan(page, '9999999999999');
    await page.waitForSelector('.notice');
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]:nth-child(2)');
    expect(await page.locator('.notice').count()).toBe(0);
  });
});
