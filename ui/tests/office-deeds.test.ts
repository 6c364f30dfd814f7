import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { id, SLOTS } from '../dev/office/things';
import { behave, changes, inTheOffice, settled } from './office';

const ORDER = id('ab', 4);
const UNPACKED = id('ab', 2);

/** What was sent to a path, without what differs each time. */
async function sent(page: Page, path: string): Promise<Record<string, unknown>[]> {
  const all = (await changes(page)).filter((call) => call.path === path);
  return all.map(({ body }) => ({ ...body, action: undefined }));
}

const actions = async (page: Page) => (await changes(page)).map(({ body }) => body?.['action']);

inTheOffice('a change', (show) => {
  test('a double press does it once', async () => {
    const page = await show(`orders/${ORDER}`);
    await page.getByText('Give money back').click();
    await page.getByRole('button', { name: 'Give back €3.20' }).dblclick();
    await page.getByText('Given back').first().waitFor();
    expect(await sent(page, `orders/${ORDER}/refund`)).toEqual([{ rev: 4, tender: 'online', amount: 320 }]);
  });

  test('a press after a lost answer is the same action, one after a refusal is another', async () => {
    const page = await show(`orders/${ORDER}`);
    await page.getByText('Give money back').click();
    const press = page.getByRole('button', { name: 'Give back €3.20' });
    await behave(page, { lose: 1 });
    await press.click();
    await page.getByText('The server is not reached.').waitFor();
    await behave(page, { refuse: '422 cash_back_above_limit' });
    await press.click();
    await page.getByText('That is above the limit for giving back.').waitFor();
    await press.click();
    await page.getByText('Given back').first().waitFor();
    const [lost, again, fresh] = await actions(page);
    expect(again).toBe(lost);
    expect(fresh).not.toBe(lost);
    expect(lost).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  test('what somebody else changed meanwhile is shown anew', async () => {
    const page = await show(`orders/${ORDER}`);
    await behave(page, { refuse: '409 changed_meanwhile' });
    await page.getByText('Cancel order').click();
    await page.locator('dialog').getByRole('button', { name: 'Cancel order' }).click();
    await page.getByText('Somebody changed it in the meantime.').waitFor();
    const asked = await page.evaluate(
      (path) =>
        (window as unknown as { madeUpOffice: { calls: { path: string }[] } }).madeUpOffice.calls.filter(
          (call) => call.path === path,
        ).length,
      `orders/${ORDER}`,
    );
    expect(asked).toBe(2);
  });

  test('who changes a product says what they saw when they began', async () => {
    const page = await show(`products/${id('cc', 1)}`);
    await page.keyboard.press('e');
    await page.getByLabel('Price').fill('2,60');
    await behave(page, { refuse: '409 changed_meanwhile' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody changed it in the meantime.').waitFor();
    expect(await page.getByLabel('Price').inputValue()).toBe('2,60');
    expect((await sent(page, `products/${id('cc', 1)}`))[0]?.['seen']).toBe(31);
  });

  test('a quantity is sent in thousandths, and taken back with one press', async () => {
    const page = await show(`orders/${ORDER}`);
    await page.getByLabel('Change Carrots').click();
    await page.locator('dialog').getByLabel('Quantity').last().fill('2,25');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('As it was before').waitFor();
    const steps = (await sent(page, `orders/${ORDER}/amend`)).map(({ steps }) => steps);
    expect(steps).toEqual([
      [{ step: 'setQuantity', line: id('ac', 2), quantity: 2250 }],
      [{ step: 'setQuantity', line: id('ac', 2), quantity: 1500 }],
    ]);
  });

  test('what is no figure is not sent', async () => {
    const page = await show(`orders/${ORDER}`);
    await page.getByLabel('Change Carrots').click();
    await page.locator('dialog').getByLabel('Quantity').last().fill('two');
    await page.keyboard.press('Enter');
    expect(await changes(page)).toEqual([]);
    expect(await page.locator('dialog .button.primary').isDisabled()).toBe(true);
  });

  test('a product is found and put in place of another', async () => {
    const page = await show(`orders/${ORDER}`);
    await page.getByLabel('Change Carrots').click();
    await page.getByText('Replace').click();
    await page.getByRole('combobox').first().fill('leek');
    await page.keyboard.press('Enter');
    await page.getByText('A102').waitFor();
    await page.locator('dialog').getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector('dialog', { state: 'detached' });
    expect((await sent(page, `orders/${ORDER}/amend`))[0]?.['steps']).toEqual([
      { step: 'substitute', line: id('ac', 2), variant: id('cc', 2), quantity: 1500, fate: 'back_to_shelf' },
    ]);
  });

  test('a basket is made ready from the pick list', async () => {
    const page = await show(`packing/${id('dd', 2)}?by=order`);
    await page.getByRole('button', { name: 'Basket is ready' }).first().click();
    await page.getByLabel('Where the basket stands').fill('B7');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await sent(page, `orders/${UNPACKED}/ready`)).toEqual([{ rev: 4, basket: 'B7' }]);
  });

  test('a slot is closed with one press, and opened again with another', async () => {
    const page = await show('slots');
    await page.getByRole('button', { name: 'Close' }).first().click();
    await page.getByRole('button', { name: 'Open again' }).click();
    await page.getByText('Slot is open').waitFor();
    const states = (await sent(page, `slots/${id('dd', 1)}`)).map(({ active }) => active);
    expect(states).toEqual([false, true]);
  });

  test('the times of a slot are those of the hub’s clock', async () => {
    const page = await show('slots');
    await page.keyboard.press('n');
    const [from, to, until] = [0, 1, 2].map((at) => page.locator('input[type=datetime-local]').nth(at));
    await from!.fill('2026-12-04T16:00');
    await to!.fill('2026-12-04T18:30');
    await until!.fill('2026-12-03T12:00');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('dialog', { state: 'detached' });
    const [slot] = await sent(page, 'slots');
    expect(slot).toMatchObject({
      seen: null,
      startsAt: Date.parse('2026-12-04T15:00:00Z'),
      endsAt: Date.parse('2026-12-04T17:30:00Z'),
      ordersUntil: Date.parse('2026-12-03T11:00:00Z'),
      capacity: null,
    });
  });

  test('a slot is repeated a week later with two presses', async () => {
    const page = await show('slots');
    await page.getByRole('button', { name: 'Repeat in a week' }).first().click();
    await page.locator('dialog').getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector('dialog', { state: 'detached' });
    const week = 7 * 24 * 3_600_000;
    const [first] = SLOTS;
    expect(await sent(page, 'slots')).toEqual([
      expect.objectContaining({ seen: null, place: first!.place, startsAt: first!.startsAt + week }),
    ]);
  });

  test('a problem is decided with one click, and all alike with another', async () => {
    const page = await show('problems');
    await page.getByText('Decide').last().click();
    await page.locator('.box .button.primary').click();
    await page.getByText('Decided').first().waitFor();
    await page.getByText('Decide', { exact: true }).first().click();
    await page.getByRole('button', { name: /all 2/ }).click();
    await page.getByText('Nothing waits for a decision.').waitFor();
    const decided = (await sent(page, 'problems/decide')).map(({ problems }) => problems);
    expect(decided).toEqual([['a3'], ['a1', 'a2']]);
  });

  test('a delivery of several products goes in as one', async () => {
    const page = await show('products/enter');
    for (const [product, quantity] of [
      ['carrots', '20,5'],
      ['eggs', '60'],
    ] as const) {
      await page.getByRole('combobox').last().fill(product);
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement?.closest('li') !== null);
      await page.keyboard.type(quantity);
    }
    await page.getByLabel('delivery note').fill('L-77');
    await page.getByRole('button', { name: 'Take in' }).click();
    await page.getByText('2 products entered').waitFor();
    expect(await sent(page, 'stock')).toEqual([
      {
        place: id('aa', 1),
        entry: { entry: 'delivery' },
        reason: 'L-77',
        lines: [
          { variant: id('cc', 1), quantity: 20_500, announced: null },
          { variant: id('cc', 6), quantity: 60_000, announced: null },
        ],
      },
    ]);
  });

  test('a delivery that is not as announced is confirmed before it goes in', async () => {
    const page = await show('products/enter');
    await page.getByText('Delivery', { exact: true }).click();
    await page.getByRole('combobox').last().fill('eggs');
    await page.keyboard.press('Enter');
    await page.getByLabel('Announced').fill('10');
    await page.getByLabel('Came in').fill('9');
    await page.getByText('1 less').waitFor();
    const press = page.getByRole('button', { name: 'Take in' });
    expect(await press.isDisabled()).toBe(true);
    await page.getByText('It was counted').click();
    await press.click();
    await page.getByText('1 product entered').waitFor();
    const [entered] = await sent(page, 'stock');
    expect(entered?.['lines']).toEqual([{ variant: id('cc', 6), quantity: 9000, announced: 10_000 }]);
  });

  test('money goes back the way it came, or as credit', async () => {
    const page = await show(`orders/${ORDER}`);
    await page.getByText('Give money back').click();
    await page.getByText('The way it came').waitFor();
    await page.getByRole('button', { name: 'Give back €3.20' }).click();
    await page.getByText('Given back').first().waitFor();
    expect(await sent(page, `orders/${ORDER}/refund`)).toEqual([{ rev: 4, tender: 'online', amount: 320 }]);
  });

  test('what was changed is read in words and figures, not as it is kept', async () => {
    const page = await show('audit');
    const text = await page.locator('main').innerText();
    for (const part of ['5%', '7.5%', '€0.50', 'VAT number', 'Old Barn (off), Market', 'piece', 'kg'])
      expect(text).toContain(part);
    expect(text).not.toMatch(/[[{"]/);
  });

  test('a price is changed, and taken back', async () => {
    const page = await show(`products/${id('cc', 1)}`);
    await page.keyboard.press('e');
    await page.getByLabel('Price').fill('2,60');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('As it was before').waitFor();
    const prices = (await sent(page, `products/${id('cc', 1)}`)).map(
      ({ fields }) => (fields as { price: number }).price,
    );
    expect(prices).toEqual([260, 240]);
  });

  test('a text shows how it reads, and what cannot be filled in', async () => {
    const page = await show('messages/texts');
    await page.getByText('Change').first().click();
    await page.locator('dialog .subject', { hasText: 'Your order O-1001' }).waitFor();
    await page.locator('textarea').fill('Hello {nonsense}');
    await page.getByText('cannot be filled in').waitFor();
  });

  test('a setting is saved with the others as they were', async () => {
    const page = await show('settings');
    await page.getByLabel('Discount, at most').fill('7,5');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    await settled(page);
    const [first] = await sent(page, 'settings');
    expect(first?.['seen']).toBe(61);
    expect(first?.['fields']).toMatchObject({ discountMaxPpm: 75_000, dayEndsAtMinutes: 240 });
  });

  test('a code is shown once', async () => {
    const page = await show('tills');
    await page.keyboard.press('n');
    await page.getByRole('button', { name: 'Make a code' }).click();
    await page.getByText('K7QF-M2XW').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByText('K7QF-M2XW').count()).toBe(0);
  });

  test('a shop is told what is ticked, and the secret is shown once', async () => {
    const page = await show('connections');
    await page.getByText('New webhook').click();
    await page.getByLabel('Address').fill('https://market.example/hook');
    await page.getByText('order placed', { exact: true }).last().click();
    await page.getByRole('button', { name: 'Make the webhook' }).click();
    await page.getByText('5e1f0c9a').waitFor();
    expect(await sent(page, 'webhooks')).toEqual([
      { shop: 'market.example', url: 'https://market.example/hook', events: ['order.placed'] },
    ]);
    await page.keyboard.press('Escape');
    expect(await page.getByText('5e1f0c9a').count()).toBe(0);
  });

  test('a webhook is paused, tried out, and told again from a delivery on', async () => {
    const page = await show('connections');
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await page.getByText('Nothing is told until it goes on').waitFor();
    const row = page.locator('tr', { hasText: 'greenhub.shop' });
    await row.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('What waits is told now').waitFor();
    await page.getByRole('button', { name: 'Test', exact: true }).first().click();
    await page.getByText('Not taken: 503').waitFor();
    await page.getByRole('button', { name: 'Deliveries' }).first().click();
    await page.getByRole('button', { name: 'Again from here' }).last().click();
    await page.getByText('It is told again').waitFor();
    const shop = 'greenhub.shop';
    expect(await sent(page, 'webhooks/pause')).toEqual([
      { shop, paused: true },
      { shop, paused: false },
    ]);
    expect(await sent(page, 'webhooks/replay')).toEqual([{ shop, from: 1199 }]);
  });

  test('a customer is forgotten only when one is sure', async () => {
    const page = await show(`customers/${id('ee', 1)}`);
    await page.getByText('Erase data').click();
    const button = page.getByRole('button', { name: 'Erase for good' });
    expect(await button.isDisabled()).toBe(true);
    await page.getByText('This cannot be undone.').click();
    await button.click();
    await page.getByText('the law asks for it').waitFor();
    expect(await sent(page, `customers/${id('ee', 1)}/forget`)).toEqual([{ seen: 41 }]);
  });
});
