// What the made-up till answers about orders that wait for their customers.
import { type Answers, refuse } from './answers';
import type { MadeUpCounter } from './counter';
import { PRODUCTS } from './products';

export function waitingAnswers(counter: MadeUpCounter) {
  const { orders } = counter;
  return {
    orders_list: (query) => orders.list(query),
    order_open: ({ order }) => {
      const waiting = orders.find(order);
      if (!waiting) throw refuse('order_unknown');
      counter.open(waiting);
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
