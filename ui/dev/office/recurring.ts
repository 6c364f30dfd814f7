// The made-up hub's regular orders.
import type { RecurringDate } from '../../src/lib/bindings/office/RecurringDate';
import type { RecurringRow } from '../../src/lib/bindings/office/RecurringRow';
import type { RecurringView } from '../../src/lib/bindings/office/RecurringView';
import { deed, ORDERS } from './orders';
import { CUSTOMERS, DAY, id, NOW, PLACES, PRODUCTS, SLOTS } from './things';

/** The Saturday of the hub's present, and those after it. */
const saturday = (weeks: number) => new Date(NOW + weeks * 7 * DAY).toISOString().slice(0, 10);

const row = (at: number, own: Partial<RecurringRow>): RecurringRow => ({
  id: id('af', at),
  customer: { id: CUSTOMERS[at - 1]!.id, name: CUSTOMERS[at - 1]!.name },
  place: PLACES[(at - 1) % PLACES.length]!,
  first: saturday(-6),
  minute: 11 * 60,
  weeks: 1,
  items: 3,
  state: 'running',
  pausedFrom: null,
  pausedUntil: null,
  next: saturday(1),
  ...own,
});

export const RECURRING: RecurringRow[] = [
  row(1, {}),
  row(2, { weeks: 2, next: saturday(2), minute: 17 * 60 }),
  row(3, { state: 'paused', pausedFrom: saturday(0), pausedUntil: saturday(5), next: saturday(6) }),
  row(4, { state: 'ended', next: null }),
];

const date = (weeks: number, own: Partial<RecurringDate>): RecurringDate => ({
  day: saturday(weeks),
  standing: 'due',
  slot: null,
  madeFrom: null,
  order: null,
  fulfilment: null,
  reason: null,
  ...own,
});

const named = (at: number) => ({ id: ORDERS[at]!.id, name: ORDERS[at]!.number });

function slotOf(at: number) {
  const { id, startsAt, endsAt, placeName } = SLOTS[at]!;
  return { id, startsAt, endsAt, place: placeName };
}

const DATES: RecurringDate[] = [
  date(-2, { standing: 'made', order: named(5), fulfilment: 'collected' }),
  date(-1, { standing: 'missed', reason: 'slot_full' }),
  date(0, { standing: 'made', slot: slotOf(0), order: named(0), fulfilment: 'ready' }),
  date(1, { slot: slotOf(2), madeFrom: NOW + 3 * DAY }),
  date(2, {}),
  date(3, { standing: 'skipped' }),
  date(4, {}),
];

export function recurringView(recurring: RecurringRow): RecurringView {
  return {
    recurring,
    seen: 71,
    lines: [5, 0, 12].map((at) => {
      const { variant, code, name, unit, price, shop } = PRODUCTS[at]!;
      return { variant, code, name, unit, quantity: unit === 'each' ? 1000 : 1500, offered: shop, price };
    }),
    note: 'No plastic, please.',
    dates: recurring.state === 'paused' ? DATES.map((each) => paused(each)) : DATES,
    history: [
      deed(
        700,
        42 * DAY,
        [{ code: 'thing_changed', values: { thing: { kind: 'word', value: 'recurring_order' } } }],
        1,
      ),
      deed(780, 7 * DAY, [
        {
          code: 'recurring_order_missed',
          values: {
            slot: { kind: 'moment', value: NOW - 7 * DAY },
            reason: { kind: 'word', value: 'slot_full' },
          },
        },
      ]),
      deed(801, 2 * DAY, [
        { code: 'recurring_order_made', values: {} },
        {
          code: 'recurring_left_out',
          values: {
            name: { kind: 'text', value: PRODUCTS[4]!.name },
            quantity: { kind: 'quantity', value: 1000 },
            reason: { kind: 'word', value: 'not_enough_in_stock' },
          },
        },
      ]),
    ],
  };
}

const paused = (each: RecurringDate): RecurringDate =>
  each.standing === 'due' ? { ...each, standing: 'paused' } : each;

/** What a press does to a regular order here. */
export function change(
  recurring: RecurringRow,
  act: string | undefined,
  body: Record<string, unknown>,
): RecurringView {
  const day = DATES.find((each) => each.day === body['day']);
  if (act === 'skip' && day) day.standing = body['skipped'] === true ? 'skipped' : 'due';
  if (act === 'end') recurring.state = body['ended'] === true ? 'ended' : 'running';
  if (act === 'pause')
    Object.assign(recurring, {
      state: body['from'] === null ? 'running' : 'paused',
      pausedFrom: body['from'],
      pausedUntil: body['until'],
    });
  return recurringView(recurring);
}
