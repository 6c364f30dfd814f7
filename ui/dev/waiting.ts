// What the made-up till answers about orders that wait for their customers.
import { type Answers, NOW, refuse } from './answers';
import type { MadeUpCounter } from './counter';
import { PRODUCTS } from './products';

export function waitingAnswers(counter: MadeUpCounter) {
  const { orders } = counter;
  return {
    orders_list: (query) => orders.list(query),
    order_open: ({ order, alone }) => {
      const waiting = orders.find(order);
      if (!waiting) throw refuse('order_unknown');
      if (waiting.card.fulfilment === 'collected' && waiting.card.due === 0)
        throw refuse('order_handed_over', { number: { kind: 'text', value: waiting.card.number } });
      counter.open(waiting, alone);
    },
    order_tick: ({ line }) => counter.tick([line]),
    order_tick_all: () => counter.tick(counter.unseen()),
    order_weigh: ({ line, weight }) => {
      counter.change(line, () => weight);
      counter.tick([line]);
    },
    order_substitute: ({ line, variant, quantity }) =>
      counter.substitute(
        line,
        PRODUCTS.find((each) => each.variant === variant)!,
        quantity,
      ),
    order_hand_over: ({ what }) => counter.handOver(what),
    order_fetched_by: ({ name }) => counter.fetchedBy(name),
    group_show: ({ order }) => counter.show(order),
    group_leave: ({ order }) => counter.leave(order),
    return_open: ({ number }) => counter.openReturn(number),
    order_return_line: ({ line, quantity, fate }) => counter.takeBackGoods(line, quantity, fate),
    slots_get: () => ({ slots: orders.slots() }),
    order_move: ({ order, slot }) => orders.move(order, slot),
    order_note: ({ order, text }) => {
      const waiting = orders.find(order)!;
      waiting.notes.push({ at: NOW, by: 'Cass', text });
      waiting.card.hasNotes = true;
    },
    order_keep: ({ order }) => {
      orders.find(order)!.card.fulfilment = 'collected';
    },
    customers_find: ({ text }) => ({ customers: orders.customers(text) }),
    order_place: () => counter.begin(),
    print_pick_list: () => {},
    print_basket_label: () => {},
    print_order_slip: () => {},
    order_cancel: ({ order }) => {
      orders.find(order)!.card.fulfilment = 'cancelled';
    },
    order_is_ready: ({ order, basket }) => {
      const { card } = orders.find(order)!;
      card.fulfilment = 'ready';
      card.basket = basket;
    },
  } satisfies Partial<Answers>;
}
