import type { OrderView } from '../../lib/bindings/OrderView';
import type { Locale } from '../state/locale.svelte';
import type { Figure } from './placed.svelte';

/** The one figure of an order that was placed before, in words. */
export function figureIn({ placed, pay }: OrderView, figure: Figure, { m, f }: Locale): string {
  if (figure === 'toPay') return `${m.placed.toPay} ${f.money(placed?.settlement.toSettle ?? 0)}`;
  if (figure === 'toGiveBack') return `${m.placed.toGiveBack} ${f.money(pay.toGiveBack)}`;
  return m.placed.settled;
}
