import { expect, test } from 'vitest';

import type { MadeUpTill } from '../dev/madeup';
import { atTheTill, calls, scan } from './page';

const EGGS = '2000000000030';

atTheTill('settings and pages over the sale', (show) => {
  test('a code scanned while a till is paired goes to its place, whatever has the focus', async () => {
    const page = await show({ screen: 'setup' });
    await page.getByText('Open for real').click();
    await page.getByText('Join a server').click();
    await scan(page, '127.0.0.1:8443');
    await scan(page, 'ABCD-EFGH-2345');
    const fields = page.locator('form input');
    expect([await fields.nth(0).inputValue(), await fields.nth(1).inputValue()]).toEqual([
      '127.0.0.1:8443',
      'ABCD-EFGH-2345',
    ]);
  });

  test('a scan over the settings goes back to selling, and one into their fields does not sell', async () => {
    const page = await show({ screen: 'sell' });
    await page.keyboard.press('Control+i');
    await page.locator('[role=dialog] input').first().focus();
    await scan(page, '192.168.1.50');
    expect(await calls(page, 'order_scan')).toEqual([]);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]');
    expect(await page.locator('[role=dialog]').count()).toBe(0);
  });

  test('tapping one’s name opens the same menu everywhere, and leaves nothing at once', async () => {
    for (const screen of ['sell', 'openShift', 'closeShift'] as const) {
      const page = await show({ screen });
      await page.getByRole('button', { name: 'Cass' }).click();
      expect(await calls(page, 'staff_sign_out')).toEqual([]);
      expect(await page.locator('.menu button').count()).toBe(7);
      await page.keyboard.press('Escape');
      expect(await page.locator('.menu').count()).toBe(0);
      await page.getByRole('button', { name: 'Cass' }).click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await expect.poll(async () => (await calls(page, 'staff_sign_out')).length).toBe(1);
    }
  });

  test('what is typed into the printer’s settings stays when the till says something', async () => {
    const page = await show({ screen: 'sell' });
    await page.keyboard.press('Control+i');
    await page.getByLabel('Connection').selectOption('network');
    const host = page.locator('form input').first();
    await host.fill('10.0.0.7');
    await page.evaluate(() => (window as unknown as { madeUpTill: MadeUpTill }).madeUpTill.say(() => {}));
    await page.waitForTimeout(200);
    expect(await host.inputValue()).toBe('10.0.0.7');
  });

  test('the badge of practice and the worst warning are read on a narrow screen', async () => {
    const page = await show(
      { screen: 'sell', server: 'offline', practice: '1', language: 'fr' },
      { width: 1024, height: 768 },
    );
    const cut = await page
      .locator('header .flag, header .more, header button')
      .evaluateAll((all) =>
        all.filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent),
      );
    expect(cut).toEqual([]);
    expect(await page.getByText('Entraînement').first().isVisible()).toBe(true);
  });

  test('the text is made larger on the page of settings, and stays so', async () => {
    const page = await show({ screen: 'sell' });
    await page.keyboard.press('Control+i');
    await page.getByRole('button', { name: 'Text size: 150%' }).click();
    const zoomed = () =>
      page.evaluate(() => (window as unknown as { madeUpTill: { zoomed: number } }).madeUpTill.zoomed);
    expect(await zoomed()).toBe(1.5);
    await page.reload();
    await page.waitForSelector('.tile', { state: 'attached' });
    expect(await zoomed()).toBe(1.5);
  });

  test('a file of products is checked before it is taken in, and one wrong line keeps it out', async () => {
    const page = await show({ screen: 'sell', server: 'alone' });
    await page.keyboard.press('Control+i');
    await page.getByText('broken.csv').click();
    await page.getByText('Line 17').waitFor();
    const take = page.getByRole('button', { name: 'Take it in' });
    expect(await take.count()).toBe(0);
    await page.getByText('price-list.csv').click();
    await take.click();
    await expect
      .poll(() => calls(page, 'catalogue_import'))
      .toMatchObject([{ dryRun: true }, { dryRun: true }, { dryRun: false }]);
  });

  test('practice is left from its badge, to the questions of the first run', async () => {
    const page = await show({ screen: 'sell', practice: '1' });
    await page.locator('header').getByText('Practice').click();
    await page.getByRole('button', { name: 'Open for real' }).click();
    await page.waitForSelector('.setup');
    expect(await page.locator('[role=dialog]').count()).toBe(0);
  });
});
