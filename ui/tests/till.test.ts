import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import type { MadeUpTill, Wish } from '../dev/madeup';
import { Bench, calls, CHROMIUM, scan, type } from './page';

if (!CHROMIUM) console.warn('No Chromium is installed: the tests of the page in a browser are skipped.');

const EGGS = '2000000000030';
const BREAD = '2000000000040';

describe.skipIf(!CHROMIUM)('the till’s page', { timeout: 30_000 }, () => {
  const bench = new Bench();

  beforeAll(() => bench.open(), 60_000);
  afterAll(() => bench.close());

  async function show(wish: Wish, viewport?: { width: number; height: number }): Promise<Page> {
    const page = await bench.show(wish, viewport);
    onTestFinished(() => page.close());
    return page;
  }

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
    expect(await calls(page, 'pay_add')).toMatchObject([
      { tender: 'card', amount: null, tendered: null, reference: '12' },
    ]);
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

  test('reasons for a discount are in sight on a small screen', async () => {
    const page = await show({ screen: 'sell', lines: '4' }, { width: 1024, height: 768 });
    await page.keyboard.press('F4');
    const box = await page.locator('.reasons button').last().boundingBox();
    expect((box?.y ?? 1000) + (box?.height ?? 0)).toBeLessThanOrEqual(768);
  });

  test('an unknown code says so and offers what to do, without stopping anything', async () => {
    const page = await show({ screen: 'sell', lines: '1' });
    await scan(page, '9999999999999');
    await page.waitForSelector('.notice');
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]:nth-child(2)');
    expect(await page.locator('.notice').count()).toBe(0);
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

  test('each step is told to who does not see the screen, and nothing is told twice', async () => {
    const page = await show({ screen: 'sell' });
    await scan(page, EGGS);
    await page.waitForSelector('[data-line]');
    const spoken = page.locator('section.order [aria-live]');
    expect(await spoken.textContent()).toBe('Eggs, 1, €2.50, total €2.50');
    expect(await page.locator('.keypad-zone [aria-live], .totals [aria-live]').count()).toBe(0);
  });

  test('tapping one’s name opens the same menu everywhere, and leaves nothing at once', async () => {
    for (const screen of ['sell', 'openShift', 'closeShift'] as const) {
      const page = await show({ screen });
      await page.getByRole('button', { name: 'Cass' }).click();
      expect(await calls(page, 'staff_sign_out')).toEqual([]);
      expect(await page.locator('.menu button').count()).toBe(3);
      await page.keyboard.press('Escape');
      expect(await page.locator('.menu').count()).toBe(0);
      await page.getByRole('button', { name: 'Cass' }).click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await expect.poll(async () => (await calls(page, 'staff_sign_out')).length).toBe(1);
    }
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

  const sizes: [number, number][] = [
    [1024, 768],
    [1366, 768],
    [1920, 1080],
    [3840, 2160],
    [683, 384],
    [512, 384],
  ];

  test.each(screens)('$screen is touched easily and cut off nowhere, from small to 4K', async (wish) => {
    const page = await show({ ...wish, language: 'fr' });
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      expect(await tooSmall(page), `${width} × ${height}`).toEqual([]);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wider, `${width} × ${height}`).toBeLessThanOrEqual(0);
    }
  });
});

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
