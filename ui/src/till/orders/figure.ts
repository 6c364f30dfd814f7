import type { Counter } from '../sell/counter.svelte';
import type { Locale } from '../state/locale.svelte';

/** The one figure of an order that was placed before, or of several, in words. */
export function figureIn({ order, placed, payment }: Counter, { m, f }: Locale): string {
  const amount = payment.goes === 'ticked' ? payment.due.due : (placed.toSettle ?? 0);
  if (placed.figure === 'toPay') return `${m.placed.toPay} ${f.money(amount)}`;
  if (placed.figure === 'toGiveBack') return `${m.placed.toGiveBack} ${f.money(order?.pay.toGiveBack ?? 0)}`;
  return placed.isClosed ? m.placed.nothingDue : m.placed.settled;
}
