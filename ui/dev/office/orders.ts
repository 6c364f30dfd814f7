// The made-up hub's orders, and one of them whole.
import type { Deed } from '../../src/lib/bindings/office/Deed';
import type { Fact } from '../../src/lib/bindings/office/Fact';
import type { FactValue } from '../../src/lib/bindings/office/FactValue';
import type { OrderRow } from '../../src/lib/bindings/office/OrderRow';
import type { OrderView } from '../../src/lib/bindings/office/OrderView';
import type { PickListView } from '../../src/lib/bindings/office/PickListView';
import { CUSTOMERS, DAY, id, NOW, PRODUCTS, SLOTS, STAFF, TILLS } from './things';

type State = [OrderRow['fulfilment'], OrderRow['payment'], due: number];
const STATES: State[] = [
  ['ready', 'paid', 0],
  ['placed', 'unpaid', 1305],
  ['accepted', 'authorised', 0],
  ['ready', 'owed_to_customer', -320],
  ['picked', 'part_paid', 502],
  ['collected', 'paid', 0],
  ['cancelled', 'unpaid', 0],
  ['partly_collected', 'paid', 0],
];

export const ORDERS: OrderRow[] = Array.from({ length: 64 }, (_, at) => {
  const [fulfilment, payment, due] = STATES[at % STATES.length]!;
  const slot = SLOTS[at % SLOTS.length]!;
  const customer = CUSTOMERS[at % CUSTOMERS.length]!;
  return {
    id: id('ab', at + 1),
    number: `O-${1001 + at}`,
    channel: at % 9 === 8 ? 'counter' : 'shop',
    customer: at % 9 === 8 ? null : { id: customer.id, name: customer.name },
    placedAt: NOW - at * 0.21 * DAY,
    slot: { id: slot.id, startsAt: slot.startsAt, endsAt: slot.endsAt, place: slot.placeName },
    fulfilment,
    payment,
    items: 2 + (at % 7),
    total: 1160 + ((at * 731) % 5400),
    due,
    basket: fulfilment === 'ready' ? `Shelf B${(at % 8) + 1}` : null,
    hasNotes: at % 5 === 3,
    problems: at % 16 === 3 ? 1 : 0,
  };
});

const text = (value: string): FactValue => ({ kind: 'text', value });
const fact = (code: string, values: Fact['values'] = {}): Fact => ({ code, values });

export function deed(acceptNo: number, ago: number, facts: Fact[], by = 0, till = 0): Deed {
  const person = STAFF[by - 1];
  const at = TILLS[till - 1];
  return {
    acceptNo,
    at: NOW - ago,
    acceptedAt: NOW - ago + 400,
    by: person ? { id: person.id, name: person.name } : null,
    approvedBy: null,
    till: at ? { id: at.id, code: at.code } : null,
    kind: 'order_amended',
    facts,
  };
}

const HISTORY: Deed[] = [
  deed(801, 2 * DAY, [
    fact('order_placed', {
      number: text('O-1001'),
      lines: { kind: 'count', value: 4 },
      total: { kind: 'money', value: 1160 },
    }),
  ]),
  deed(
    822,
    DAY,
    [
      fact('quantity_changed', {
        name: text('Eggs, box of 6'),
        from: { kind: 'quantity', value: 1000 },
        to: { kind: 'quantity', value: 2000 },
      }),
      fact('line_removed', {
        name: text('Quinces'),
        quantity: { kind: 'quantity', value: 1000 },
        fate: { kind: 'word', value: 'never_there' },
        reason: text('not delivered'),
      }),
    ],
    1,
  ),
  deed(840, 3_600_000, [fact('order_ready', { basket: text('Shelf B3') })], 2, 1),
  deed(841, 1_800_000, [fact('something_newer', { name: text('as it came') })]),
];

const ALL: OrderView['may'] = ['amend', 'changePrice', 'cancel', 'note', 'markReady', 'moveSlot', 'refund'];

/** What made one of them, without something that was sold out. */
const MADE_BY: OrderView['recurring'] = {
  recurring: id('af', 3),
  leftOut: [
    {
      variant: PRODUCTS[4]!.variant,
      name: PRODUCTS[4]!.name,
      unit: 'kilogram',
      quantity: 1000,
      reason: 'not_enough_in_stock',
    },
  ],
};

/** An order with lines, money and history; what is done to it changes it. */
export function whole(order: OrderRow): OrderView {
  const goods = [5, 0, 8, 11].map((at) => PRODUCTS[at]!);
  const done = ['collected', 'cancelled'].includes(order.fulfilment);
  return {
    order,
    rev: 4,
    phone: '+33 6 12 34 56 78',
    email: 'jane@mail.example',
    place: 'Old Barn',
    link: 'AbCdEf',
    lines: goods.map((product, at) => ({
      id: id('ac', at + 1),
      kind: 'goods',
      variant: product.variant,
      code: product.code,
      name: product.name,
      unit: product.unit,
      ordered: product.unit === 'each' ? 1000 : 1500,
      wanted: at === 0 ? 2000 : product.unit === 'each' ? 1000 : 1500,
      picked: 0,
      collected: done ? 1000 : 0,
      returned: 0,
      unitPrice: product.price ?? 0,
      regularPrice: at === 2 ? 520 : null,
      taxRate: 55_000,
      discount: at === 1 ? 30 : 0,
      amount: 300 + at * 120,
      substitutes: null,
      substitutedBy: null,
      tiedTo: null,
    })),
    charges: [{ id: id('ad', 1), name: 'Hub fee', amount: 50 }],
    payments:
      order.payment === 'unpaid'
        ? []
        : [
            {
              id: id('ae', 1),
              tender: 'online',
              kind: 'online',
              amount: 1480,
              status: 'captured',
              at: NOW - 2 * DAY,
              reference: 'pi_1',
            },
          ],
    refunds: [],
    notes: order.hasNotes
      ? [{ at: NOW - DAY, by: null, text: 'Please put the eggs on top.\n<b>Thank you</b>' }]
      : [],
    documents: done
      ? [{ kind: 'receipt', number: 'A-K7Q-000217', at: NOW - 600_000, total: order.total }]
      : [],
    net: 1099,
    tax: 61,
    paid: 1480,
    authorised: 0,
    refundOnlineMax: order.due < 0 ? Math.min(1480, -order.due) : 0,
    problems: order.problems > 0 ? ['a1'] : [],
    recurring: order.number === 'O-1003' ? MADE_BY : null,
    may: done
      ? ['note']
      : ALL.filter((act) => act !== 'refund' || order.due < 0).filter(
          (act) => act !== 'markReady' || order.fulfilment !== 'ready',
        ),
    history: HISTORY,
  };
}

export function pickList(slotId: string): PickListView | null {
  const slot = SLOTS.find((each) => each.id === slotId);
  if (!slot) return null;
  const orders = ORDERS.filter((order) => order.slot?.id === slotId).slice(0, 9);
  return {
    slot,
    products: PRODUCTS.slice(0, 10).map((product, at) => ({
      variant: product.variant,
      code: product.code,
      name: product.name,
      category: product.category,
      unit: product.unit,
      quantity: product.unit === 'each' ? (at + 2) * 1000 : (at + 3) * 1250,
      picked: at % 3 === 0 ? 2000 : 0,
      onHand: product.onHand,
      orders: 3 + at,
    })),
    orders: orders.map((order, at) => ({
      order: order.id,
      number: order.number,
      customer: order.customer?.name ?? null,
      ready: order.fulfilment === 'ready',
      basket: order.basket,
      notes: order.hasNotes ? ['Please put the eggs on top.'] : [],
      lines: PRODUCTS.slice(at, at + 4).map((product, line) => ({
        line: id('ac', line + 1),
        variant: product.variant,
        name: product.name,
        unit: product.unit,
        quantity: product.unit === 'each' ? 2000 : 1250,
        picked: line === 0 ? 2000 : 0,
      })),
    })),
  };
}
