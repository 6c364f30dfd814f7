import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { id } from '../dev/office/things';
import { asked, behave, changes, inTheOffice, PHONE, settled } from './office';

const JANE = id('af', 1);
const ORDER = id('ab', 4);

/** What was sent to a path, without what differs each time. */
async function sent(page: Page, path: string): Promise<Record<string, unknown>[]> {
  const all = (await changes(page)).filter((call) => call.path === path);
  return all.map(({ body }) => ({ ...body, action: undefined }));
}

inTheOffice('regular orders', (show) => {
  test('are listed with their next day, found by name and kept apart by state', async () => {
    const page = await show('recurring');
    expect(await page.locator('[data-row]').count()).toBe(3);
    await page.getByText('Saturday, 11:00').first().waitFor();
    await page.getByText('every 2 weeks').waitFor();
    await page.getByLabel('Going on').selectOption('ended');
    await expect.poll(() => asked(page, 'recurring-orders')).toEqual({ state: 'ended' });
    await page.keyboard.press('/');
    await page.keyboard.type('ahmed');
    await expect.poll(() => asked(page, 'recurring-orders')).toEqual({ state: 'ended', search: 'ahmed' });
  });

  test('a day is skipped with one press, and comes back with another', async () => {
    const page = await show(`recurring/${JANE}`, {}, PHONE);
    const day = 'Sat, 28 Nov';
    await page.getByRole('button', { name: `Skip this one: ${day}` }).click();
    await page.getByRole('button', { name: `Do not skip it: ${day}` }).click();
    await page.getByText('Planned again').waitFor();
    await settled(page);
    expect(await sent(page, `recurring-orders/${JANE}/skip`)).toEqual([
      { seen: 71, day: '2026-11-28', skipped: true },
      { seen: 71, day: '2026-11-28', skipped: false },
    ]);
  });

  test('a day whose order is made is called off at its order', async () => {
    const page = await show(`recurring/${JANE}`);
    const row = page.locator('li', { hasText: 'Sat, 21 Nov' }).first();
    expect(await row.getByRole('button').count()).toBe(0);
    await row.getByText('O-1001').click();
    await page.getByRole('heading', { name: 'O-1001' }).waitFor();
  });

  test('it is paused for a holiday and goes on with one press', async () => {
    const page = await show(`recurring/${JANE}`);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByLabel('Last day without it').fill('2026-12-31');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Paused from Sat, 28 Nov to Thu, 31 Dec').waitFor();
    await page.getByRole('button', { name: 'Let it go on' }).click();
    await page.getByText('It goes on').waitFor();
    expect(await sent(page, `recurring-orders/${JANE}/pause`)).toEqual([
      { seen: 71, from: '2026-11-28', until: '2026-12-31' },
      { seen: 71, from: null, until: null },
    ]);
  });

  test('it is ended only by who means it', async () => {
    const page = await show(`recurring/${JANE}`);
    await page.getByRole('button', { name: 'End it' }).click();
    await page.getByText('No more orders are made.').waitFor();
    await page.locator('dialog').getByRole('button', { name: 'End it' }).click();
    await page.getByRole('button', { name: 'Begin again' }).waitFor();
    expect(await sent(page, `recurring-orders/${JANE}/end`)).toEqual([{ seen: 71, ended: true }]);
  });

  test('a new one is made with the keyboard alone', async () => {
    const page = await show('recurring');
    await page.keyboard.press('n');
    await page.keyboard.type('chlo');
    await page.keyboard.press('Enter');
    await page.locator('.chosen', { hasText: 'Chloé' }).waitFor();
    await page.getByLabel('First pick-up').selectOption({ index: 1 });
    await page.getByLabel('How often').selectOption('2');
    await page.getByRole('combobox', { name: 'Add a product' }).fill('eggs');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.closest('li') !== null);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('3');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await sent(page, 'recurring-orders')).toEqual([
      {
        seen: null,
        customer: id('ee', 3),
        place: id('aa', 1),
        first: '2026-11-21',
        minute: 660,
        weeks: 2,
        lines: [{ variant: id('cc', 6), quantity: 3000 }],
        note: '',
      },
    ]);
  });

  test('an order is repeated from the week after on, with what it holds', async () => {
    const page = await show(`orders/${ORDER}`);
    await page.getByRole('button', { name: 'Repeat every week' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector('dialog', { state: 'detached' });
    const [made] = await sent(page, 'recurring-orders');
    expect(made).toMatchObject({
      seen: null,
      place: id('aa', 1),
      first: '2026-11-28',
      minute: 660,
      weeks: 1,
    });
    expect((made?.['lines'] as object[]).length).toBe(4);
  });

  test('an order says what made it, and what could not be had', async () => {
    const page = await show(`orders/${id('ab', 3)}`);
    await page.getByText('1.000 kg Quinces (sold out)').waitFor();
    expect(await page.getByText('Repeat every week').count()).toBe(0);
    await page.getByText('Made by a regular order').click();
    await page.getByRole('heading', { name: 'Chloé Marchand' }).first().waitFor();
  });

  test('a customer’s page shows theirs, and who may not change orders only reads', async () => {
    const page = await show(`customers/${id('ee', 1)}`);
    await page.getByRole('button', { name: 'New regular order' }).waitFor();
    await page.getByText('Saturday, 11:00').waitFor();
    const reader = await show(`recurring/${JANE}`, { role: 'bookkeeper' });
    await reader.getByText('ordered').first().waitFor();
    expect(await reader.locator('main').getByRole('button').count()).toBe(0);
  });

  test('what is refused is said, and what was typed stays', async () => {
    const page = await show(`recurring/${JANE}`);
    await page.keyboard.press('e');
    await page.getByLabel('Note on each order').fill('At the back door');
    await behave(page, { refuse: '409 changed_meanwhile' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody changed it in the meantime.').waitFor();
    expect(await page.getByLabel('Note on each order').inputValue()).toBe('At the back door');
  });
});
