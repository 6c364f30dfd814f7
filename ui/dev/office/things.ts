// What the made-up hub has: places, people, goods, slots.
import type { CustomerRow } from '../../src/lib/bindings/office/CustomerRow';
import type { Named } from '../../src/lib/bindings/office/Named';
import type { ProductRow } from '../../src/lib/bindings/office/ProductRow';
import type { SlotView } from '../../src/lib/bindings/office/SlotView';
import type { StaffView } from '../../src/lib/bindings/office/StaffView';
import type { TillView } from '../../src/lib/bindings/office/TillView';
import type { Unit } from '../../src/lib/bindings/office/Unit';

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** The hub's present: a Saturday morning in November. */
export const NOW = Date.UTC(2026, 10, 21, 8, 30);

export const id = (kind: string, number: number) =>
  `0192f000-0000-7000-8000-${kind}${String(number).padStart(12 - kind.length, '0')}`;

export const PLACES: Named[] = [
  { id: id('aa', 1), name: 'Old Barn' },
  { id: id('aa', 2), name: 'Market Hall' },
];

export const STAFF: StaffView[] = [
  {
    id: id('bb', 1),
    seen: 11,
    name: 'Maya Fournier',
    role: 'manager',
    active: true,
    language: 'en',
    hasPin: true,
    login: 'maya',
    resetUntil: null,
  },
  {
    id: id('bb', 2),
    seen: 12,
    name: 'Tom Okafor',
    role: 'cashier',
    active: true,
    language: null,
    hasPin: true,
    login: null,
    resetUntil: null,
  },
  {
    id: id('bb', 3),
    seen: 13,
    name: 'Inès Lambert',
    role: 'bookkeeper',
    active: true,
    language: 'fr',
    hasPin: false,
    login: 'ines@hub.example',
    resetUntil: NOW + DAY,
  },
  {
    id: id('bb', 4),
    seen: 14,
    name: 'Paul Reid',
    role: 'cashier',
    active: false,
    language: null,
    hasPin: false,
    login: null,
    resetUntil: null,
  },
];

type GoodsRow = [
  name: string,
  category: string,
  unit: Unit,
  price: number | null,
  onHand: number,
  reserved: number,
];
const GOODS: GoodsRow[] = [
  ['Carrots', 'Vegetables', 'kilogram', 240, 42_500, 12_000],
  ['Leeks', 'Vegetables', 'kilogram', 320, 8_000, 8_000],
  ['Spinach', 'Vegetables', 'kilogram', 690, 3_250, 1_000],
  ['Apples Topaz', 'Fruit', 'kilogram', 290, 61_000, 9_000],
  ['Quinces', 'Fruit', 'kilogram', 380, 0, 0],
  ['Eggs, box of 6', 'Dairy', 'each', 250, 31_000, 14_000],
  ['Goat’s cheese', 'Dairy', 'kilogram', 2180, -350, 0],
  ['Whole milk, 1 l', 'Dairy', 'each', 160, 18_000, 6_000],
  ['Sourdough loaf', 'Bread', 'each', 480, 12_000, 9_000],
  ['Apple juice, 1 l', 'Drinks', 'each', 320, 56_000, 10_000],
  ['Honey, 500 g', 'Jars', 'each', 850, 4_000, 1_000],
  ['Tomato passata <script>alert(1)</script>', 'Jars', 'each', 345, 24_000, 2_000],
  ['Beeswax candle', 'Home', 'each', null, 9_000, 0],
];

export const PRODUCTS: ProductRow[] = GOODS.map(([name, category, unit, price, onHand, reserved], at) => ({
  variant: id('cc', at + 1),
  code: `A${String(at + 101)}`,
  name,
  category,
  supplier: at % 3 === 0 ? 'Ferme des Tilleuls' : null,
  unit,
  price,
  taxClass: at === 12 ? 'standard' : 'reduced',
  counter: true,
  shop: at !== 12,
  active: at !== 11,
  tracksStock: true,
  onHand,
  reserved,
  available: onHand - reserved,
}));

const slot = (
  number: number,
  startsAt: number,
  place: Named,
  counts: [number, number, number],
): SlotView => ({
  id: id('dd', number),
  seen: 20 + number,
  place: place.id,
  placeName: place.name,
  startsAt,
  endsAt: startsAt + 2 * HOUR,
  ordersUntil: startsAt - 14 * HOUR,
  capacity: number === 2 ? null : 40,
  active: true,
  orders: counts[0],
  waiting: counts[1],
  toPack: counts[2],
});

export const SLOTS: SlotView[] = [
  slot(1, NOW + 1.5 * HOUR, PLACES[0]!, [27, 24, 9]),
  slot(2, NOW + 7.5 * HOUR, PLACES[1]!, [14, 14, 14]),
  slot(3, NOW + 7 * DAY, PLACES[0]!, [6, 6, 6]),
];

const NAMES = [
  'Jane Doyle',
  'Ahmed Benali',
  'Chloé Marchand',
  '<img src=x onerror=alert(1)> Bobby',
  'Liesl van der Merwe-Oppenheimer',
  'Noor Haddad',
  'Piotr Zieliński',
  'Sam Ó Briain',
];

export const CUSTOMERS: CustomerRow[] = NAMES.map((name, at) => ({
  id: id('ee', at + 1),
  name,
  email: at % 3 === 2 ? null : `customer${at + 1}@mail.example`,
  phone: at % 2 === 0 ? `+33 6 12 34 56 ${10 + at}` : null,
  classes: at === 0 ? ['members'] : at === 4 ? ['members', 'staff'] : [],
  active: true,
  orders: 14 - at,
  lastOrderAt: NOW - at * DAY,
  credit: at === 1 ? 320 : at === 5 ? -1250 : 0,
}));

export const TILLS: TillView[] = [1, 2, 3].map((number) => ({
  id: id('ff', number),
  code: ['A', 'B', 'C'][number - 1]!,
  place: PLACES[number === 3 ? 1 : 0]!.id,
  placeName: PLACES[number === 3 ? 1 : 0]!.name,
  version: number === 3 ? '0.0.9' : '0.1.0',
  enrolledAt: NOW - 90 * DAY,
  revokedAt: null,
  lastContactAt: number === 3 ? NOW - 3 * DAY : Date.now() - number * 120_000,
  lastEntryAt: number === 3 ? NOW - 3 * DAY : NOW - HOUR,
  entries: 4210 * number,
  setAside: number === 3 ? 1 : 0,
  shiftOpenSince: number === 1 ? NOW - HOUR : null,
  silent: number === 3,
}));
