import type { SlotView } from '../../../lib/bindings/office/SlotView';
import type { Column } from '../../../kit/table';
import type { Locale } from '../../state/locale.svelte';

export function slotColumns(locale: Locale): Column<SlotView>[] {
  const { m, f } = locale;
  return [
    {
      key: 'when',
      title: m.slots.when,
      text: (slot) => locale.slot(slot),
      under: ({ placeName }) => placeName,
      by: ({ startsAt }) => startsAt,
    },
    {
      key: 'until',
      title: m.slots.ordersUntil,
      text: ({ ordersUntil }) => f.moment(ordersUntil),
      by: ({ ordersUntil }) => ordersUntil,
    },
    {
      key: 'state',
      title: m.slots.state,
      text: ({ active }) => (active ? m.slots.open : m.slots.closed),
      tone: ({ active }) => (active ? 'good' : 'plain'),
      by: ({ active }) => Number(active),
      narrow: 'bare',
    },
    {
      key: 'orders',
      title: m.slots.orders,
      text: ({ orders, capacity }) =>
        capacity === null ? f.count(orders) : m.slots.ordersOf(f.count(orders), f.count(capacity)),
      by: ({ orders }) => orders,
      figure: true,
      narrow: 'corner',
    },
    {
      key: 'waiting',
      title: m.slots.waiting,
      text: ({ waiting }) => f.count(waiting),
      by: ({ waiting }) => waiting,
      figure: true,
    },
    {
      key: 'toPack',
      title: m.slots.toPack,
      text: ({ toPack }) => f.count(toPack),
      by: ({ toPack }) => toPack,
      figure: true,
    },
  ];
}
