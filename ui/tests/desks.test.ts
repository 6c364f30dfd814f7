import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import type { MadeUpTill } from '../dev/madeup';
import { aMoment, atTheTill, calls, UNPAID } from './page';

const otherTillAnswers = (page: Page) =>
  page.evaluate(() => (window as unknown as { madeUpTill: MadeUpTill }).madeUpTill.otherTillAnswers());

atTheTill('what lies on other tills', (show) => {
  describe('an order that is open there', () => {
    test('is marked in the list, and one key opens it all the same', async () => {
      const page = await show({ screen: 'sell', desks: '1' });
      await page.keyboard.press('F5');
      const row = page.locator('li', { hasText: UNPAID });
      await row.getByText('Till B has it open (Mary, since').waitFor();
      await page.getByText('Put aside at till B, with changes (Mary').waitFor();
      await row.locator('.row').click();
      await page.locator('.contest', { hasText: 'Till B has it open (Mary, since' }).waitFor();
      expect(await calls(page, 'order_open')).toHaveLength(1);
    });

    test('is taken over by a key, and can be worked on without it', async () => {
      const page = await show({ screen: 'sell', desks: '1', open: UNPAID });
      await page.locator('.contest button', { hasText: 'Take over' }).waitFor();
      await page.keyboard.press('Control+a');
      await expect.poll(() => calls(page, 'order_tick_all')).toHaveLength(1);
      await page.keyboard.press('Control+u');
      await page.locator('.contest', { hasText: 'Taken over from till B' }).waitFor();
      expect(await page.locator('.contest button').count()).toBe(0);
      // A second press finds nothing to take over.
      await page.keyboard.press('Control+u');
      await aMoment(page);
      expect(await calls(page, 'order_take_over')).toHaveLength(1);
    });

    test('says so when it was taken over there', async () => {
      const page = await show({ screen: 'sell', desks: '1', open: UNPAID });
      await page.evaluate(() => {
        const { madeUpTill } = window as unknown as { madeUpTill: MadeUpTill };
        madeUpTill.say((view) => {
          const placed = view.screen.kind === 'sell' ? view.screen.view.order?.placed : null;
          if (placed?.contest) placed.contest.contest = 'takenOver';
        });
      });
      await page.getByText('Till B has taken it over (Mary').waitFor();
      await page.getByText('What was changed here stays').waitFor();
      await page.getByRole('button', { name: 'Take it back' }).waitFor();
    });

    test('in French', async () => {
      const page = await show({ screen: 'sell', desks: '1', open: UNPAID, language: 'fr' });
      await page.locator('.contest', { hasText: 'Ouverte à la caisse B (Mary, depuis' }).waitFor();
      await page.getByRole('button', { name: 'Reprendre' }).waitFor();
    });
  });

  describe('a sale that was put aside there', () => {
    test('is asked for, waited for, and opened when it comes', async () => {
      const page = await show({ screen: 'sell', desks: '1' });
      await page.keyboard.press('F6');
      await page.getByRole('heading', { name: 'On other tills' }).waitFor();
      await page.getByRole('button', { name: 'Till B' }).click();
      await page.getByText('Waiting for till B').waitFor();
      expect(await calls(page, 'parked_claim')).toHaveLength(1);
      expect(await page.locator('[data-line]').count()).toBe(0);
      await otherTillAnswers(page);
      await expect.poll(() => page.locator('[data-line]').count()).toBe(3);
      expect(await calls(page, 'order_recall')).toHaveLength(1);
    });

    test('is left there, or rung up anew', async () => {
      const page = await show({ screen: 'sell', desks: '1' });
      await page.keyboard.press('F6');
      await page.getByRole('button', { name: 'Till B' }).click();
      await page.getByRole('button', { name: 'Leave it there' }).click();
      await page.getByRole('button', { name: 'Till B' }).click();
      await page.getByRole('button', { name: 'Ring it up anew here' }).click();
      await expect.poll(() => page.locator('[data-line]').count()).toBe(3);
      expect(await calls(page, 'parked_withdraw')).toHaveLength(1);
      expect(await calls(page, 'parked_copy')).toHaveLength(1);
    });

    test('nobody waits for it any more: it opens nothing when it comes', async () => {
      const page = await show({ screen: 'sell', desks: '1' });
      await page.keyboard.press('F6');
      await page.getByRole('button', { name: 'Till B' }).click();
      await page.getByText('Waiting for till B').waitFor();
      await page.keyboard.press('Escape');
      await otherTillAnswers(page);
      await page.getByText('Parked: 1').waitFor();
      expect(await page.locator('[data-line]').count()).toBe(0);
    });

    test('stays there when something was paid for it', async () => {
      const page = await show({ screen: 'sell', desks: '1' });
      await page.keyboard.press('F6');
      await page.getByText('Something is paid: only till B can go on with it').waitFor();
      expect(await page.getByRole('button', { name: 'Ring it up anew here' }).count()).toBe(0);
    });
  });
});
