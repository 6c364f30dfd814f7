import { expect, test } from 'vitest';

import { atTheTill, calls, type } from './page';

atTheTill('the till’s day', (show) => {
  test('the whole day goes by keyboard alone', async () => {
    const page = await show({ screen: 'signIn' });
    await page.locator('.person').first().press('Enter');
    await type(page, '1234');
    await page.keyboard.press('Enter');
    await page.locator('.open').waitFor();
    // The Enter of the PIN, pressed again or bouncing, opens no shift.
    await page.keyboard.press('Enter');
    expect(await calls(page, 'shift_open')).toEqual([]);
    await page.waitForTimeout(300);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.sell');
    await page.keyboard.press('Control+e');
    await page.locator('.close').waitFor();
    expect(await calls(page, 'shift_open')).toMatchObject([{ float: 10_000 }]);
  });

  test('digits are the float at once, and what was typed and left is not sent', async () => {
    const page = await show({ screen: 'openShift' });
    await type(page, '80');
    expect(await page.locator('.bar output').textContent()).toBe('€80.00');
    await page.keyboard.press('Escape');
    expect(await page.locator('.bar output').textContent()).toBe('€100.00');
    await page.getByText('Count it').click();
    await page.locator('label', { hasText: '50' }).first().locator('input').fill('3');
    await page.getByText('Back').click();
    await page.getByText('Yes, €100.00').click();
    await expect.poll(() => calls(page, 'shift_open')).toMatchObject([{ float: 10_000, denominations: [] }]);
  });

  test('a till that was never open begins with the count, and sends what the fields show', async () => {
    const page = await show({ screen: 'openShift', fresh: '1' });
    await page.waitForTimeout(300);
    await page.keyboard.press('Enter');
    expect(await calls(page, 'shift_open')).toEqual([]);
    await page.getByLabel('50', { exact: true }).fill('2');
    await page.getByLabel('5', { exact: true }).fill('4');
    await expect.poll(() => page.locator('.bar output').textContent()).toBe('€120.00');
    await page.getByText('Open the shift').last().click();
    await expect.poll(() => calls(page, 'shift_open')).toMatchObject([{ float: 12_000 }]);
  });

  test('a second count begins with empty fields and sends nothing of the first', async () => {
    const page = await show({ screen: 'closeShift' });
    await page.getByLabel('50', { exact: true }).fill('7');
    await page.getByLabel('Counted: Card').fill('12');
    await page.getByText('Record the count').click();
    await page.getByText('Count again').click();
    expect(await page.getByLabel('50', { exact: true }).inputValue()).toBe('');
    expect(await page.getByLabel('Counted: Card').inputValue()).toBe('');
    expect(await page.locator('.bar output').textContent()).toBe('€0.00');
    await page.getByLabel('20', { exact: true }).fill('1');
    await page.getByText('Record the count').click();
    await expect.poll(async () => (await calls(page, 'shift_count')).length).toBe(2);
    const [, second] = await calls(page, 'shift_count');
    expect(second?.['counts']).toMatchObject([
      { tender: 'cash', amount: null, denominations: [{ value: 2000, count: 1 }] },
      { tender: 'card', amount: 0 },
      { tender: 'cheque', amount: 0 },
    ]);
  });

  test('Enter goes from field to field, and what stays in the drawer is there to be changed', async () => {
    const page = await show({ screen: 'closeShift' });
    await page.getByLabel('0.01', { exact: true }).focus();
    await page.keyboard.press('Enter');
    await type(page, '613');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => calls(page, 'shift_count'))
      .toMatchObject([{ counts: [{ tender: 'cash', amount: 61_300 }, {}, {}] }]);
    expect(await page.getByLabel('Stays in the drawer').inputValue()).toBe('100.00');
    await page.getByLabel('Stays in the drawer').fill('50');
    // Anything the till says meanwhile leaves what was typed.
    await page.evaluate(() =>
      (window as unknown as { madeUpTill: { say: (change: () => void) => void } }).madeUpTill.say(() => {}),
    );
    await page.getByText('Close the shift').last().click();
    await expect.poll(() => calls(page, 'shift_close')).toMatchObject([{ floatLeft: 5000, restTo: 'safe' }]);
  });

  test('a count is typed with the pad of the screen alone', async () => {
    const page = await show({ screen: 'closeShift' });
    await page.getByLabel('50', { exact: true }).click();
    const pad = page.locator('.pad');
    for (const digit of ['1', '2', '0']) await pad.getByText(digit, { exact: true }).click();
    await pad.getByLabel('Delete a digit').click();
    expect(await page.getByLabel('50', { exact: true }).inputValue()).toBe('12');
  });
});
