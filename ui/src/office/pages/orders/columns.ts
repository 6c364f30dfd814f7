import type { OrderRow } from '../../../lib/bindings/office/OrderRow';
import type { Column } from '../../../kit/table';
import type { Locale } from '../../state/locale.svelte';
import { FULFILMENT_TONES } from './tones';

/** An order in a list. */
export function orderColumns(locale: Locale): Column<OrderRow>[] {
  const { m, f } = locale;
  return [
    {
      key: 'number',
      title: m.orders.number,
      text: ({ number }) => number,
      under: ({ placedAt }) => f.moment(placedAt),
      by: ({ number }) => number,
    },
    {
      key: 'customer',
      title: m.orders.customer,
      text: ({ customer }) => customer?.name ?? '',
      under: ({ hasNotes }) => (hasNotes ? m.orders.hasNote : ''),
      by: ({ customer }) => customer?.name ?? null,
      narrow: 'bare',
    },
    {
      key: 'slot',
      title: m.orders.slot,
      text: ({ slot }) => (slot ? locale.slot(slot) : ''),
      under: ({ slot, basket }) => [slot?.place, basket].filter(Boolean).join(' · '),
      by: ({ slot }) => slot?.startsAt ?? null,
      narrow: 'bare',
    },
    {
      key: 'state',
      title: m.orders.state,
      text: ({ fulfilment }) => m.orders.states[fulfilment],
      under: ({ problems }) => (problems > 0 ? m.orders.problems(...locale.n(problems)) : ''),
      tone: ({ fulfilment }) => FULFILMENT_TONES[fulfilment],
      by: ({ fulfilment }) => fulfilment,
      narrow: 'bare',
    },
    {
      key: 'items',
      title: m.orders.items,
      text: ({ items }) => f.count(items),
      by: ({ items }) => items,
      figure: true,
      narrow: 'hidden',
    },
    {
      key: 'total',
      title: m.orders.total,
      text: ({ total }) => f.money(total),
      under: ({ due, payment }) =>
        due > 0
          ? m.orders.toPay(f.money(due))
          : due < 0
            ? m.orders.toGiveBack(f.money(-due))
            : m.orders.payments[payment],
      by: ({ total }) => total,
      figure: true,
      narrow: 'corner',
    },
  ];
}
