import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { id } from '../dev/office/things';
import { asked, behave, changes, faults, inTheOffice, PHONE, settled, tooSmall, WIDE } from './office';

const ORDER = id('ab', 4);
const SLOT = id('dd', 1);
const PRODUCT = id('cc', 1);

const PAGES = [
  '',
  'orders?state=waiting',
  `orders/${ORDER}`,
  'packing',
  `packing/${SLOT}`,
  `packing/${SLOT}?by=order`,
  `packing/${SLOT}?by=label`,
  'slots',
  'recurring',
  `recurring/${id('af', 1)}`,
  `recurring/${id('af', 3)}`,
  `orders/${id('ab', 3)}`,
  'products',
  `products/${PRODUCT}`,
  `products/${PRODUCT}/${id('aa', 1)}`,
  'products/new',
  'products/enter',
  'customers',
  `customers/${id('ee', 4)}`,
  'problems',
  'messages',
  'messages/texts',
  'tills',
  'staff',
  'connections',
  'settings',
  'audit',
];

const LOOKS = [
  ['light', 'en', WIDE],
  ['dark', 'fr', PHONE],
] as const;

inTheOffice('the office is for everybody', (show) => {
  for (const [shade, language, viewport] of LOOKS)
    test.each(PAGES)(`%s at ${viewport.width} pixels, ${shade}, ${language}`, async (place) => {
      const page = await show(place, { shade, language }, viewport);
      expect(await faults(page)).toEqual([]);
      if (viewport === PHONE) expect(await tooSmall(page)).toEqual([]);
    });

  const dialogs: [string, string, (page: Page) => Promise<unknown>][] = [
    ['the keys', '', (page) => page.keyboard.press('?')],
    ['a line', `orders/${ORDER}`, (page) => page.getByLabel('Change Carrots').click()],
    ['a new line', `orders/${ORDER}`, (page) => page.keyboard.press('n')],
    ['money back', `orders/${ORDER}`, (page) => page.getByText('Give money back').click()],
    ['a cancellation', `orders/${ORDER}`, (page) => page.getByText('Cancel order').click()],
    ['a new slot', 'slots', (page) => page.keyboard.press('n')],
    ['a new regular order', 'recurring', (page) => page.keyboard.press('n')],
    ['a change of a regular order', `recurring/${id('af', 1)}`, (page) => page.keyboard.press('e')],
    ['a pause', `recurring/${id('af', 1)}`, (page) => page.getByRole('button', { name: 'Pause' }).click()],
    ['an order again', `orders/${ORDER}`, (page) => page.getByText('Repeat every week').click()],
    ['a count', `products/${PRODUCT}`, (page) => page.getByRole('button', { name: 'Enter' }).first().click()],
    ['a change of a product', `products/${PRODUCT}`, (page) => page.keyboard.press('e')],
    ['a new customer', 'customers', (page) => page.keyboard.press('n')],
    ['forgetting', `customers/${id('ee', 1)}`, (page) => page.getByText('Erase data').click()],
    ['a problem', 'problems', (page) => page.getByText('Decide').first().click()],
    ['a text', 'messages/texts', (page) => page.getByText('Change').first().click()],
    ['a new till', 'tills', (page) => page.keyboard.press('n')],
    ['a PIN', 'staff', (page) => page.getByRole('button', { name: 'PIN' }).first().click()],
    ['a new key', 'connections', (page) => page.keyboard.press('n')],
    ['a new webhook', 'connections', (page) => page.getByText('New webhook').click()],
    ['deliveries', 'connections', (page) => page.getByText('Deliveries').first().click()],
    ['a tax rate', 'settings', (page) => page.getByText('New rate').click()],
    ['oneself', '', (page) => page.locator('.person').first().click()],
  ];
  test.each(dialogs)('%s', async (_, place, open) => {
    const page = await show(place);
    await open(page);
    await settled(page);
    expect(await faults(page)).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await faults(page)).toEqual([]);
  });

  test('the log in', async () => {
    const page = await show('', { out: '1', shade: 'dark' }, PHONE);
    expect(await faults(page)).toEqual([]);
    expect(await tooSmall(page)).toEqual([]);
  });

  test('a name that looks like HTML stays a text, wherever it is shown', async () => {
    const page = await show();
    for (const place of PAGES) {
      await page.evaluate((place) => (location.hash = `#/${place}`), place);
      await page.waitForSelector('main h1');
      await settled(page);
      expect(await page.locator('img[src=x], main script').count(), place).toBe(0);
    }
    await page.evaluate((hash) => (location.hash = hash), `#/orders/${ORDER}`);
    await page.getByText('<img src=x onerror=alert(1)> Bobby').waitFor();
    await page.getByText('<b>Thank you</b>').waitFor();
  });
});

inTheOffice('finding one’s way', (show) => {
  test('a number at the start leads to the list that it counts', async () => {
    const page = await show();
    await page.locator('a', { hasText: 'to pack for today' }).click();
    await page.waitForSelector('[data-row]');
    expect(await asked(page, 'orders')).toEqual({ state: 'toPack', today: 'true' });
    await page.getByText('For today ✕').click();
    await expect.poll(() => asked(page, 'orders')).toEqual({ state: 'toPack' });
  });

  test('the keyboard is enough', async () => {
    const page = await show();
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.waitForSelector('[data-row]');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'O-1002' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-row]');
    await page.keyboard.press('/');
    await page.keyboard.type('chlo');
    await expect.poll(() => asked(page, 'orders')).toEqual({ state: 'waiting', search: 'chlo' });
    await expect.poll(() => page.locator('[data-row]').count()).toBeLessThan(10);
    await page.keyboard.press('Escape');
    await expect.poll(() => asked(page, 'orders')).toEqual({ state: 'waiting' });
  });

  test('how a list is ordered and filtered survives a reload, and comes from the server', async () => {
    const page = await show('orders');
    await page.getByRole('button', { name: 'Total' }).click();
    await page.getByRole('button', { name: 'Total' }).click();
    await page.getByRole('button', { name: 'Unpaid' }).click();
    await expect
      .poll(() => asked(page, 'orders'))
      .toEqual({ state: 'unpaid', sort: 'total', descending: 'true' });
    await page.reload();
    await page.waitForSelector('[data-row]');
    expect(await asked(page, 'orders')).toEqual({ state: 'unpaid', sort: 'total', descending: 'true' });
    expect(await page.locator('th[aria-sort=descending]').textContent()).toContain('Total');
    const csv = await page
      .getByText('CSV file')
      .first()
      .getAttribute('href', { timeout: 1000 })
      .catch(() => null);
    const link = csv ?? (await page.locator('a[download]').first().getAttribute('href'));
    expect(link).toBe('/office/api/orders.csv?state=unpaid&sort=total&descending=true');
  });

  test('a long list is turned page by page, and a filter begins it anew', async () => {
    const page = await show('orders');
    await page.getByText('1–50 of 64').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('51–64 of 64').waitFor();
    await page.getByRole('button', { name: 'Ready' }).first().click();
    await expect.poll(() => asked(page, 'orders')).toEqual({ state: 'ready' });
  });

  test('Escape never takes away what was typed', async () => {
    const page = await show(`orders/${ORDER}`);
    await page.getByLabel('New note').fill('Half a note');
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('New note').inputValue()).toBe('Half a note');
    await page.evaluate((hash) => (location.hash = hash), `#/products/${PRODUCT}`);
    await page.getByText('From the field beside the barn').waitFor();
    await page.keyboard.press('e');
    await page.getByLabel('Price').fill('9');
    for (let times = 0; times < 3; times += 1) await page.keyboard.press('Escape');
    expect(await page.getByLabel('Price').inputValue()).toBe('9');
    await page.evaluate(() => (location.hash = '#/customers'));
    await page.getByRole('button', { name: 'New customer' }).click();
    await page.keyboard.type('Jane');
    await page.keyboard.press('Escape');
    await page.getByText('Escape once more drops what was typed.').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
  });

  test('a cashier is not offered what a manager may do', async () => {
    const page = await show('staff', { role: 'cashier' });
    expect(await page.locator('h1').textContent()).toBe('Orders');
    expect(await page.locator('nav a:visible', { hasText: /Staff|Settings|Audit|Start/ }).count()).toBe(0);
    await page.evaluate(() => (location.hash = '#/slots'));
    await page.waitForSelector('[data-row]');
    expect(await page.getByText('New slot').count()).toBe(0);
    await page.keyboard.press('n');
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });
});

inTheOffice('the session', (show) => {
  test('a wrong password says so, the right one leads to where one wanted to go', async () => {
    const page = await show('orders', { out: '1' });
    await page.fill('input[autocomplete=username]', 'maya');
    await page.fill('input[type=password]', 'wrong');
    await page.keyboard.press('Enter');
    await page.getByText('Login or password is wrong.').waitFor();
    await page.fill('input[type=password]', 'correct horse');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-row]');
    expect(await page.locator('h1').textContent()).toBe('Orders');
  });

  test('when it ends, what was being typed is still there after the log in', async () => {
    const page = await show(`orders/${ORDER}`);
    await page.getByLabel('New note').fill('She comes at noon');
    await behave(page, { out: true });
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByText('The session has ended.').waitFor();
    await page.fill('input[autocomplete=username]', 'maya');
    await page.fill('input[type=password]', 'correct horse');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.login', { state: 'detached' });
    expect(await page.getByLabel('New note').inputValue()).toBe('She comes at noon');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByText('Note added').waitFor();
    // What could not be asked meanwhile was asked anew.
    expect(await page.locator('main [role=alert]').count()).toBe(0);
    const sent = (await changes(page)).filter(({ path }) => path.endsWith('/note'));
    expect(sent.at(-1)?.body?.['text']).toBe('She comes at noon');
    expect(sent.at(-1)?.token).toBe('made-up');
  });
});
