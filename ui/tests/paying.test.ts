import { expect, test } from 'vitest';

import type { MadeUpTill } from '../dev/madeup';
import { atTheTill, calls, scan, type } from './page';

const EGGS = '2000000000030';

atTheTill('taking money', (show) => {
  test('the change stays until the next scan, and that scan is the next order', async () => {
    const page = await show({ screen: 'sell', lines: '4' });
    await page.keyboard.press('Enter');
    await type(page, '20');
    await page.keyboard.press('Enter');
    const change = page.locator('.done output');
    expect(await change.textContent()).toBe('€8.12');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await change.isVisible()).toBe(true);
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]');
    expect(await page.locator('[data-line]').count()).toBe(1);
    expect(await change.isVisible()).toBe(false);
  });

  test('a scan while cash is typed adds the product and leaves the amount alone', async () => {
    const page = await show({ screen: 'sell', lines: '1' });
    await page.keyboard.press('Enter');
    await type(page, '20');
    await page.waitForTimeout(150);
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]:nth-child(2)');
    expect((await page.locator('.digits').textContent())?.trim()).toBe('20');
    expect(await calls(page, 'pay_add')).toEqual([]);
  });

  test('what is typed while the card panel is open is its reference, and never cash', async () => {
    const page = await show({ screen: 'sell', lines: '2' });
    await page.keyboard.press('F9');
    await type(page, '4711');
    expect(await page.locator('.panel input').inputValue()).toBe('4711');
    await page.waitForTimeout(150);
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]:nth-child(3)');
    await page.keyboard.press('F9');
    await type(page, '12');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.done');
    expect(await calls(page, 'pay_add')).toMatchObject([{ tender: 'card', tendered: null, reference: '12' }]);
  });

  test('Escape leaves the payment before anything else', async () => {
    const page = await show({ screen: 'sell', lines: '2' });
    await page.getByRole('button', { name: 'Fruit' }).click();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.display.paying');
    await page.keyboard.press('Escape');
    expect(await page.locator('.display.paying').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Fruit' }).getAttribute('aria-pressed')).toBe('true');
  });

  test('each note has its place and its key; one that is not enough has neither', async () => {
    const page = await show({ screen: 'sell', lines: '4' });
    const places = () =>
      page
        .locator('.notes .note')
        .evaluateAll((notes) =>
          notes.map(
            (note) =>
              `${note.textContent.trim().split(/\s+/)[0] ?? ''}@${Math.round(note.getBoundingClientRect().x)}`,
          ),
        );
    const [exact, twenty, fifty] = await places();
    expect([exact?.split('@')[0], twenty?.split('@')[0], fifty?.split('@')[0]]).toEqual([
      'ExactF10',
      '20Ctrl',
      '50Ctrl',
    ]);
    await page.keyboard.press('Control+1');
    expect(await calls(page, 'pay_add')).toEqual([]);
    await page.keyboard.press('Control+5');
    await page.waitForSelector('.done');
    expect(await calls(page, 'pay_add')).toMatchObject([{ tender: 'cash', tendered: 5000 }]);
  });

  test('nothing of the keypad moves when paying begins', async () => {
    const page = await show({ screen: 'sell', lines: '4' }, { width: 1024, height: 768 });
    const places = () =>
      page
        .locator('.keypad-zone button')
        .evaluateAll((buttons) => buttons.map((button) => JSON.stringify(button.getBoundingClientRect())));
    const before = await places();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.display.paying');
    expect(await places()).toEqual(before);
  });

  test('one press of a key that bounces pays once', async () => {
    const page = await show({ screen: 'sell', lines: '2' });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await calls(page, 'pay_add')).toEqual([]);
  });

  test('what a role does not allow, a manager allows in place', async () => {
    const page = await show({ screen: 'sell', lines: '2' });
    await page.keyboard.press('F4');
    await type(page, '50');
    // Enter goes on to the reasons; none of them is chosen before somebody does.
    await page.keyboard.press('Enter');
    expect(await calls(page, 'order_discount')).toEqual([]);
    await page.getByRole('button', { name: 'Goodwill' }).click();
    await page.waitForSelector('input[type=password]');
    expect(await page.locator('.panel .refusal').textContent()).toContain('manager');
    expect(await page.locator('.notice').count()).toBe(0);
    for (const digit of '1234') await page.locator('.pad').getByText(digit, { exact: true }).click();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => calls(page, 'order_discount'))
      .toMatchObject([{ approval: null }, { approval: { pin: '1234' }, reason: 'goodwill' }]);
  });

  test('cash is typed first, and what was chosen stays when the till says something', async () => {
    const page = await show({ screen: 'sell' });
    await page.keyboard.press('Control+d');
    await page.locator('.panel select').nth(0).selectOption('safe');
    await page.locator('.panel select').nth(1).selectOption('till');
    await page.evaluate(() => (window as unknown as { madeUpTill: MadeUpTill }).madeUpTill.say(() => {}));
    await type(page, '25');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => calls(page, 'cash_move'))
      .toMatchObject([{ from: 'safe', to: 'till', amount: 2500 }]);
  });

  test('the change is read while cash is typed, and only while it is enough', async () => {
    const page = await show({ screen: 'sell', lines: '4' });
    await page.keyboard.press('Enter');
    await type(page, '1');
    expect(await page.locator('.display .change').count()).toBe(0);
    await type(page, '00');
    await page.locator('.display .change').waitFor();
    const shown = await page.locator('.display .change output').innerText();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.done');
    expect(await page.locator('.done output').innerText()).toBe(shown);
  });
});
