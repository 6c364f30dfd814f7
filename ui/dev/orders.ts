// The made-up till's orders that wait for their customers.
import type { CustomerChoice } from '../src/lib/bindings/CustomerChoice';
import type { Fate } from '../src/lib/bindings/Fate';
import type { LineView } from '../src/lib/bindings/LineView';
import type { NoteView } from '../src/lib/bindings/NoteView';
import type { OrderCard } from '../src/lib/bindings/OrderCard';
import type { OrdersQuery } from '../src/lib/bindings/OrdersQuery';
import type { OrdersView } from '../src/lib/bindings/OrdersView';
import type { PlacedView } from '../src/lib/bindings/PlacedView';
import type { Settlement } from '../src/lib/bindings/Settlement';
import type { SlotView } from '../src/lib/bindings/SlotView';
import { madeUpId, PRODUCTS } from './products';

const HOUR = 3_600_000;

/** An order as it was placed. */
export interface Waiting {
  card: OrderCard;
  phone: string;
  /** What was ordered: the place of the product, and how much of it. */
  goods: [product: number, quantity: number][];
  notes: NoteView[];
  paid: number;
  authorised: number;
  /** Of an online payment that is too old. */
  lapsed: number;
  /** What bringing it costs. */
  delivery: number;
}

/** What was done with an order since it was opened at the counter. */
export interface Opened {
  order: Waiting;
  /** What the order came to. */
  ordered: number;
  ticked: Record<string, number>;
  /** How many steps changed it. */
  changes: number;
  /** Only its money is settled, and goods may come back. */
  closed: boolean;
  back: Record<string, { quantity: number; fate: Fate }>;
  fetchedBy: string | null;
  takenOver: boolean;
}

type Row = [
  customer: string | null,
  state: OrderCard['fulfilment'],
  payment: OrderCard['payment'],
  basket: string | null,
  goods: [number, number][],
  note?: string | { lapsed: true },
];

const FIRST: Row[] = [
  [
    'Jane Doyle',
    'ready',
    'paid',
    'Shelf B3',
    [
      [6, 2000],
      [3, 1000],
      [7, 1000],
    ],
  ],
  [
    'Aoife Ní Bhriain',
    'ready',
    'unpaid',
    'Shelf A1',
    [
      [3, 1000],
      [4, 1000],
      [0, 1000],
      [9, 1500],
    ],
    'No onions, please. My neighbour Seán may come for it.',
  ],
  [
    'Bruno Lefèvre',
    'accepted',
    'authorised',
    null,
    [
      [5, 300],
      [11, 2000],
    ],
  ],
  [
    'Emeka Okafor',
    'ready',
    'paid',
    'Cold room 2',
    [
      [10, 4000],
      [11, 1000],
      [18, 2000],
    ],
  ],
  [
    'Farrell family',
    'partly_collected',
    'paid',
    'Shelf B1',
    [
      [1, 2000],
      [3, 2000],
    ],
  ],
  [
    'Grace Murphy-O’Sullivan of the Old Rectory',
    'ready',
    'owed_to_customer',
    'Shelf C4',
    [
      [6, 1000],
      [13, 1000],
    ],
    'Allergic to nuts',
  ],
  ['Henrik Sørensen', 'placed', 'unpaid', null, [[20, 6000]]],
  [
    'Iris Van den Berghe',
    'picked',
    'part_paid',
    'Crate 17',
    [
      [0, 1000],
      [2, 500],
      [14, 400],
      [16, 1000],
    ],
  ],
  [null, 'ready', 'unpaid', 'Shelf B2', [[7, 1000]]],
  ['Kevin Walsh', 'collected', 'paid', null, [[4, 1000]]],
  ['Lena Schmidt', 'cancelled', 'paid', null, [[12, 2000]]],
  ['Tadhg Nolan', 'ready', 'authorised', 'Shelf D1', [[7, 1000]], { lapsed: true }],
];
const NAMES = [
  'Mary',
  'Noah',
  'Olga',
  'Pádraig',
  'Quentin',
  'Rosa',
  'Siobhán',
  'Tomás',
  'Una',
  'Vera',
  'Wim',
  'Yusuf',
  'Zoë',
];
const FAMILIES = ['Byrne', 'Claes', 'Daly', 'Evans', 'Fitzgerald', 'Gallagher', 'Hayes', 'Janssens', 'Kelly'];
export const DONE = ['collected', 'returned', 'cancelled', 'expired'];

export class MadeUpOrders {
  readonly all: Waiting[];
  readonly #slots: Omit<SlotView, 'waiting' | 'orders'>[];
  readonly #now: number;
  readonly #old: boolean;

  constructor(now: number, count: number, old: boolean) {
    this.#now = now;
    this.#old = old;
    const slot = (index: number, hours: number, location: string): Omit<SlotView, 'waiting' | 'orders'> => ({
      slot: madeUpId(9, index),
      startsAt: now - (now % HOUR) + hours * HOUR,
      endsAt: now - (now % HOUR) + (hours + 2) * HOUR,
      location,
      here: location === 'Market hall',
    });
    this.#slots = [
      slot(1, 0, 'Market hall'),
      slot(2, 6, 'Market hall'),
      slot(3, 6, 'North barn'),
      slot(4, 24, 'Market hall'),
      { slot: null, startsAt: null, endsAt: null, location: 'Market hall', here: true },
    ];
    this.all = Array.from({ length: count }, (_, index) =>
      this.#waiting(FIRST[index] ?? drawn(index), index),
    );
  }

  find(wanted: string): Waiting | undefined {
    return this.all.find(({ card }) => card.order === wanted || card.number === wanted);
  }

  list({ text, slot, withoutSlot, withDone }: OrdersQuery): OrdersView {
    const shown = withoutSlot ? null : (slot ?? this.#slots[0]!.slot);
    const wanted = text.toLowerCase();
    const fits = ({ customer, number, phoneEnd }: OrderCard) =>
      `${customer ?? ''} ${number} ${phoneEnd ?? ''}`.toLowerCase().includes(wanted);
    const cards = this.all
      .map(({ card }) => card)
      .filter((card) => (wanted ? fits(card) : card.slot === shown))
      .filter((card) => withDone || !DONE.includes(card.fulfilment))
      .sort((one, other) => (one.customer ?? '\uffff').localeCompare(other.customer ?? '\uffff'));
    return {
      slots: this.#slots.map((each) => {
        const inIt = this.all.filter(({ card }) => card.slot === each.slot);
        const waiting = inIt.filter(({ card }) => !DONE.includes(card.fulfilment)).length;
        return { ...each, waiting, orders: inIt.length };
      }),
      slot: wanted ? null : shown,
      orders: cards.slice(0, 600),
      more: Math.max(0, cards.length - 600),
      copyAt: this.#now - (this.#old ? 2 * HOUR : 0),
      copyIsOld: this.#old,
    };
  }

  /** Slots that are not over. */
  slots(): SlotView[] {
    return this.#slots
      .filter(({ slot }) => slot !== null)
      .map((each) => ({ ...each, waiting: 0, orders: 0 }));
  }

  customers(text: string): CustomerChoice[] {
    const wanted = text.toLowerCase();
    return this.all
      .filter(({ card }) => `${card.customer} ${card.phoneEnd}`.toLowerCase().includes(wanted))
      .map(({ card }) => ({ customer: card.order, name: card.customer ?? '', phoneEnd: card.phoneEnd }))
      .slice(0, 20);
  }

  move(order: string, slot: string): void {
    const { card } = this.find(order)!;
    const to = this.#slots.find((each) => each.slot === slot)!;
    Object.assign(card, { slot, startsAt: to.startsAt, elsewhere: to.here ? null : to.location });
  }

  placed(opened: Opened, lines: LineView[], settlement: Settlement): PlacedView {
    const { card, phone, notes, delivery } = opened.order;
    const checks = lines.flatMap(({ check }) => (check ? [check] : []));
    const slot = this.#slots.find((each) => each.slot === card.slot);
    return {
      number: card.number,
      customer: card.customer,
      phone,
      slot: slot ? { ...slot, waiting: 0, orders: 0 } : null,
      fulfilment: card.fulfilment,
      basket: card.basket,
      notes,
      charges: delivery ? [{ id: madeUpId(12, 1), name: 'Delivery', quantity: 1000, amount: delivery }] : [],
      settlement,
      closed: opened.closed,
      fetchedBy: opened.fetchedBy,
      toCheck: checks.length,
      checked: checks.filter(({ complete }) => complete).length,
      changed: opened.changes > 0 || Object.keys(opened.back).length > 0,
      moved: false,
      contest: card.openElsewhere && {
        contest: opened.takenOver ? 'ours' : 'theirs',
        elsewhere: card.openElsewhere,
      },
    };
  }

  #waiting([customer, fulfilment, payment, basket, goods, note]: Row, index: number): Waiting {
    const delivery = customer === 'Henrik Sørensen' ? 300 : 0;
    const total = goods.reduce((sum, [at, quantity]) => sum + priceOf(at, quantity), delivery);
    const paid = { paid: total, owed_to_customer: total + 320, part_paid: 500 }[payment as string] ?? 0;
    const isLapsed = typeof note === 'object';
    const authorised = payment === 'authorised' && !isLapsed ? total : 0;
    const isCancelled = fulfilment === 'cancelled';
    const slot = this.#slots[index < 200 || index > 480 ? 0 : 1 + (index % 4)]!;
    return {
      phone: `085 123 ${String(4711 + index * 37).slice(-4)}`,
      goods,
      lapsed: isLapsed ? total : 0,
      notes: typeof note === 'string' ? [{ at: this.#now - 20 * HOUR, by: null, text: note }] : [],
      paid,
      authorised,
      delivery,
      card: {
        order: madeUpId(10, index),
        number: `O-${1001 + index}`,
        customer,
        phoneEnd: String(4711 + index * 37).slice(-4),
        slot: slot.slot,
        startsAt: slot.startsAt,
        elsewhere: slot.here ? null : slot.location,
        fulfilment,
        payment,
        due: isCancelled ? -paid : total - paid - authorised,
        total,
        lineCount: goods.length,
        basket,
        hasNotes: typeof note === 'string',
        inProgress: false,
        openElsewhere: null,
        lapsed: isLapsed,
      },
    };
  }
}

function priceOf(at: number, quantity: number): number {
  const { price, deposit } = PRODUCTS[at]!;
  return Math.round(((price ?? 0) * quantity) / 1000) + (deposit * quantity) / 1000;
}

function drawn(index: number): Row {
  const name = `${NAMES[index % NAMES.length]} ${FAMILIES[index % FAMILIES.length]}`;
  const paid = index % 3 === 0 ? 'unpaid' : 'paid';
  const goods: [number, number][] = [3, 4, 6, 7, 10]
    .slice(0, 1 + (index % 5))
    .map((at) => [at, 1000 * (1 + (index % 3))]);
  return [
    name,
    index % 7 === 0 ? 'accepted' : 'ready',
    paid,
    `Shelf ${'ABCD'[index % 4]}${1 + (index % 9)}`,
    goods,
  ];
}
