// What lies on the other till of the made-up hub.
import type { OpenElsewhere } from '../src/lib/bindings/OpenElsewhere';
import type { ParkedElsewhere } from '../src/lib/bindings/ParkedElsewhere';
import { type Answers, NOW, refuse } from './answers';
import type { MadeUpCounter } from './counter';
import { madeUpId, PRODUCTS } from './products';

const MINUTE = 60_000;

const there = (minutes: number, putAside = false): OpenElsewhere => ({
  till: 'B',
  staff: 'Mary',
  since: NOW - minutes * MINUTE,
  putAside,
});

/** By number, the orders that till B has in hand. */
export const OPEN_THERE: Record<string, OpenElsewhere> = { 'O-1002': there(4), 'O-1005': there(31, true) };

/** What was put aside there: the places of the products, a piece each. */
const SALES: [goods: number[], minutes: number, hasMoney: boolean][] = [
  [[3, 6, 7], 12, false],
  [[0], 3, true],
];

export class MadeUpDesks {
  sales: ParkedElsewhere[];

  constructor(wished: boolean) {
    const sales = SALES.map(([goods, minutes, hasMoney], number): ParkedElsewhere => ({
      order: madeUpId(20, number),
      till: 'B',
      state: 'there',
      at: NOW - minutes * MINUTE,
      staff: 'Mary',
      firstNames: goods.map((at) => PRODUCTS[at]!.name),
      lineCount: goods.length,
      total: goods.reduce((sum, at) => sum + (PRODUCTS[at]!.price ?? 0), 0),
      hasMoney,
      canCopy: !hasMoney,
      heardAt: NOW - 2 * MINUTE,
    }));
    this.sales = wished ? sales : [];
  }

  find(order: string): ParkedElsewhere {
    const sale = this.sales.find((each) => each.order === order);
    if (!sale) throw refuse('parked_gone');
    if (sale.hasMoney) throw refuse('parked_has_money', { till: { kind: 'text', value: sale.till } });
    return sale;
  }

  set(order: string, state: ParkedElsewhere['state']): void {
    const sale = this.find(order);
    this.sales = this.sales.map((each) => (each === sale ? { ...sale, state } : each));
  }

  goods(order: string) {
    const number = this.sales.findIndex((each) => each.order === order);
    return SALES[number]![0].map((at) => PRODUCTS[at]!);
  }
}

export function deskAnswers(counter: MadeUpCounter) {
  const { desks } = counter;
  return {
    parked_claim: ({ order }) => desks.set(order, 'asked'),
    parked_withdraw: ({ order }) => desks.set(order, 'there'),
    parked_copy: ({ order }) => {
      desks.set(order, 'there');
      if (counter.draft.lines.length > 0) counter.park();
      counter.begin();
      for (const product of desks.goods(order)) counter.add(product, 1000);
    },
    order_take_over: () => counter.takeOver(),
  } satisfies Partial<Answers>;
}
