// Everything else that the made-up hub answers.
import type { AuditList } from '../../src/lib/bindings/office/AuditList';
import type { CustomerRow } from '../../src/lib/bindings/office/CustomerRow';
import type { CustomerView } from '../../src/lib/bindings/office/CustomerView';
import type { HomeView } from '../../src/lib/bindings/office/HomeView';
import type { MessageList } from '../../src/lib/bindings/office/MessageList';
import type { MessageTextList } from '../../src/lib/bindings/office/MessageTextList';
import type { MoveList } from '../../src/lib/bindings/office/MoveList';
import type { Permission } from '../../src/lib/bindings/office/Permission';
import type { ProblemRow } from '../../src/lib/bindings/office/ProblemRow';
import type { ProblemView } from '../../src/lib/bindings/office/ProblemView';
import type { ProductRow } from '../../src/lib/bindings/office/ProductRow';
import type { ProductView } from '../../src/lib/bindings/office/ProductView';
import type { Role } from '../../src/lib/bindings/office/Role';
import type { SessionView } from '../../src/lib/bindings/office/SessionView';
import type { SettingsView } from '../../src/lib/bindings/office/SettingsView';
import type { WebhookDelivery } from '../../src/lib/bindings/office/WebhookDelivery';
import type { WebhookList } from '../../src/lib/bindings/office/WebhookList';
import type { WebhookView } from '../../src/lib/bindings/office/WebhookView';
import { deed, ORDERS } from './orders';
import { CUSTOMERS, DAY, id, NOW, PLACES, PRODUCTS, SLOTS, STAFF } from './things';

const MANAGER: Permission[] = [
  'handle_orders',
  'override_price',
  'refund',
  'decide_problem',
  'count_stock',
  'see_reports',
  'change_catalogue',
  'change_settings',
  'manage_staff',
  'enrol_till',
];
const MAY: Record<Role, Permission[]> = {
  manager: MANAGER,
  cashier: ['handle_orders'],
  bookkeeper: ['see_reports'],
};

export function session(role: Role): SessionView {
  const person = STAFF.find((each) => each.role === role) ?? STAFF[0]!;
  return {
    hub: {
      id: id('a0', 1),
      name: 'Green Valley Food Hub',
      country: 'FR',
      currency: 'EUR',
      currencyDecimals: 2,
      zone: 'Europe/Paris',
      languages: ['en', 'fr'],
      pricesIncludeTax: true,
      places: PLACES,
    },
    staff: { id: person.id, name: person.name },
    role,
    permissions: MAY[role],
    token: 'made-up',
    mustChangePassword: false,
    expiresAt: NOW + DAY,
    now: NOW,
  };
}

export const HOME: HomeView = {
  areas: [
    { area: 'ordersDay', count: 12, list: 'orders?period=day' },
    { area: 'ordersWeek', count: 47, list: 'orders?period=week' },
    { area: 'toPackToday', count: 23, list: 'orders?state=toPack&today=true' },
    { area: 'waiting', count: 44, list: 'orders?state=waiting' },
    { area: 'owedToCustomers', count: 8, list: 'orders?state=owed' },
    { area: 'openProblems', count: 3, list: 'problems' },
    { area: 'messagesWaiting', count: 2, list: 'messages?state=waiting' },
    { area: 'messagesDropped', count: 1, list: 'messages?state=dropped' },
    { area: 'tillsSilent', count: 1, list: 'tills?silent=true' },
    { area: 'stockOut', count: 3, list: 'products?stock=out' },
    { area: 'stockLow', count: 0, list: 'products?stock=low' },
  ],
};

export function product(row: ProductRow): ProductView {
  return {
    variant: row.variant,
    seen: 31,
    fields: {
      code: row.code,
      name: row.name,
      productName: row.name,
      unit: row.unit,
      price: row.price,
      taxClass: row.taxClass,
      barcodes: ['2000000000030'],
      tracksStock: true,
      searchable: true,
      counter: row.counter,
      shop: row.shop,
      active: row.active,
      category: row.category,
      supplier: row.supplier,
      description: 'From the field beside the barn, washed.',
      ingredients: null,
      allergens: null,
      origin: 'Ferme des Tilleuls, 12 km',
      storage: 'Cool and dark',
    },
    kind: 'goods',
    siblings: [],
    taxClasses: ['standard', 'reduced'],
    stock: PLACES.map((place, at) => ({
      place: place.id,
      placeName: place.name,
      onHand: at === 0 ? row.onHand : 0,
      reserved: at === 0 ? row.reserved : 0,
      available: at === 0 ? row.available : 0,
    })),
    reservations: ORDERS.slice(0, 3).map((order) => ({
      order: order.id,
      number: order.number,
      customer: order.customer?.name ?? null,
      place: PLACES[0]!.id,
      quantity: 2000,
    })),
    image: null,
  };
}

export function moves(row: ProductRow): MoveList {
  const reasons = ['sold', 'counted', 'sold', 'received'] as const;
  const ends = ['customer', 'count_difference', 'customer', 'supplier'];
  return {
    name: row.name,
    unit: row.unit,
    onHand: row.onHand,
    rows: reasons.map((reason, at) => ({
      acceptNo: 900 - at,
      at: NOW - at * DAY,
      reason,
      change: reason === 'received' ? 20_000 : -1250,
      after: row.onHand + at * 1250,
      otherEnd: ends[at]!,
      order: reason === 'sold' ? { id: ORDERS[at]!.id, name: ORDERS[at]!.number } : null,
      by: { id: STAFF[1]!.id, name: STAFF[1]!.name },
      till: reason === 'sold' ? { id: id('ff', 1), code: 'A' } : null,
    })),
    total: 4,
  };
}

export function customer(row: CustomerRow): CustomerView {
  return {
    customer: row,
    seen: 41,
    language: 'fr',
    accounts: [
      {
        id: id('af', 1),
        kind: 'refund_credit',
        balance: row.credit,
        limit: 0,
        expiresAt: null,
        moves: [
          {
            at: NOW - DAY,
            amount: 320,
            after: 320,
            reason: 'refund',
            order: { id: ORDERS[3]!.id, name: 'O-1004' },
            by: null,
          },
        ],
      },
    ],
    orders: ORDERS.filter((order) => order.customer?.id === row.id),
  };
}

const problem = (hex: string, at: number): ProblemRow => ({
  id: hex,
  rule: at < 2 ? 'sold_below_zero' : 'handed_over_twice',
  openedAt: Date.now() - (at + 1) * 3_600_000,
  order: at < 2 ? null : { id: ORDERS[3]!.id, name: ORDERS[3]!.number },
  product: at < 2 ? { id: PRODUCTS[6]!.variant, name: PRODUCTS[6]!.name } : null,
  recurring: null,
  till: { id: id('ff', 1), code: 'A' },
  decision: null,
});

export const PROBLEMS: ProblemRow[] = ['a1', 'a2', 'a3'].map(problem);

export function problemView(row: ProblemRow): ProblemView {
  return {
    problem: row,
    fact: deed(
      850,
      3_600_000,
      [{ code: 'goods_collected', values: { lines: { kind: 'count', value: 3 } } }],
      2,
      2,
    ),
    against: row.order
      ? deed(
          840,
          7_200_000,
          [{ code: 'goods_collected', values: { lines: { kind: 'count', value: 3 } } }],
          2,
          1,
        )
      : null,
    choices: [
      { choice: 'bill_once', proposed: true },
      { choice: 'never_left', proposed: false },
    ],
  };
}

export const MESSAGES: MessageList = {
  rows: (['waiting', 'waiting', 'dropped', 'sent'] as const).map((state, at) => ({
    key: `m${at}`,
    kind: at === 1 ? 'order_ready' : 'order_received',
    order: { id: ORDERS[at]!.id, name: ORDERS[at]!.number },
    customer: CUSTOMERS[at]!.name,
    state,
    queuedAt: NOW - at * 1_800_000,
    attempts: at,
    nextAt: state === 'waiting' ? NOW + 600_000 : null,
    endedAt: state === 'waiting' ? null : NOW - 600_000,
    problem: state === 'dropped' ? '550 no such mailbox' : null,
  })),
  total: 4,
  mailServer: false,
};

export const TEXTS: MessageTextList = {
  rows: ['order_received', 'order_changed', 'order_ready', 'order_cancelled', 'reminder'].map((kind, at) => ({
    kind,
    language: 'en',
    seen: at === 2 ? 51 : null,
    subject: 'Your order {number}',
    body: 'Hello {name},\n\nyour order {number} comes to {total}.\n\nSee you at {place}!',
    own: at === 2,
  })),
  placeholders: ['number', 'name', 'total', 'place', 'slot', 'link'],
};

const delivery = (number: number, answer: string, events: string[]): WebhookDelivery => ({
  number,
  events,
  attempts: answer === '200' ? 1 : 3,
  triedAt: NOW - (1210 - number) * 600_000,
  deliveredAt: answer === '200' ? NOW - (1210 - number) * 600_000 : null,
  answer,
});

export const DELIVERIES: WebhookDelivery[] = [
  delivery(1208, '503', ['order.placed']),
  delivery(1204, '200', ['order.changed', 'order.money']),
  delivery(1199, '200', ['order.placed']),
];

const webhook = (shop: string, more: Partial<WebhookView>): WebhookView => ({
  shop,
  address: `https://${shop}/hooks/comptoir`,
  events: [],
  createdAt: NOW - 40 * DAY,
  pausedAt: null,
  failingSince: null,
  nextAt: null,
  waiting: 0,
  moreWaiting: false,
  last: DELIVERIES[1]!,
  ...more,
});

export const WEBHOOKS: WebhookList = {
  rows: [
    webhook('greenhub.shop', {
      failingSince: NOW - 7_200_000,
      nextAt: NOW + 1_800_000,
      waiting: 7,
      last: DELIVERIES[0]!,
    }),
    webhook('kitchen.example', {
      events: ['order.placed', 'order.ready'],
      pausedAt: NOW - DAY,
      waiting: 200,
      moreWaiting: true,
      last: null,
    }),
    webhook('till.example', { events: ['order.money'] }),
  ],
  total: 3,
  stores: ['market.example'],
  events: [
    'order.placed',
    'order.changed',
    'order.picked',
    'order.ready',
    'order.collected',
    'order.returned',
    'order.cancelled',
    'order.expired',
    'order.money',
  ],
};

export const SETTINGS: SettingsView = {
  seen: 61,
  fields: {
    name: 'Green Valley Food Hub',
    legalName: 'Green Valley SCIC',
    addressLines: ['3 Mill Lane', '35000 Rennes'],
    registrationNumber: '812 345 678',
    vatNumber: 'FR12812345678',
    phone: null,
    email: 'hello@hub.example',
    website: null,
    languages: ['en', 'fr'],
    dayEndsAtMinutes: 240,
    receiptHeader: ['Green Valley Food Hub'],
    receiptFooter: ['Thank you'],
    receiptPrinting: 'on_request',
    namesCustomerClasses: true,
    discountMaxPpm: 100_000,
    discountMaxAmount: 500,
    forgivenessMax: 20,
    onlineCashBackMax: 1000,
    offlineCreditMax: 5000,
    offlineVoucherMax: 5000,
    offlineOnAccountMax: 10_000,
    offlineCopyAgeMaxHours: 24,
    computesPriceFromScale: false,
    tenders: (['cash', 'card_standalone', 'transfer', 'credit'] as const).map((kind) => ({
      id: kind,
      kind,
      name: '',
      givesChange: kind === 'cash',
      opensDrawer: kind === 'cash',
      wantsReference: kind === 'transfer',
      countedAtClose: kind === 'cash',
      ledgerAccount: kind === 'cash' ? '5300' : null,
    })),
  },
  taxRates: [
    { class: 'standard', rate: 200_000, validFrom: '2014-01-01', validUntil: null },
    { class: 'reduced', rate: 55_000, validFrom: '2014-01-01', validUntil: null },
  ],
};

export const AUDIT: AuditList = {
  rows: [
    {
      deed: deed(
        910,
        600_000,
        [{ code: 'thing_changed', values: { thing: { kind: 'word', value: 'variant' } } }],
        1,
      ),
      changes: [
        {
          thing: 'variant',
          id: PRODUCTS[0]!.variant,
          forgotten: false,
          fields: [
            { field: 'price', old: '220', new: '240' },
            { field: 'name', old: '"Carrots, loose"', new: '"Carrots"' },
            { field: 'active', old: null, new: 'true' },
            { field: 'unit', old: '"each"', new: '"kilogram"' },
            { field: 'barcodes', old: '["2000000000030"]', new: '["2000000000030","2000000000047"]' },
          ],
        },
      ],
    },
    {
      deed: deed(
        911,
        900_000,
        [{ code: 'thing_changed', values: { thing: { kind: 'word', value: 'settings' } } }],
        1,
      ),
      changes: [
        {
          thing: 'settings',
          id: id('a0', 1),
          forgotten: false,
          fields: [
            { field: 'discount_max_ppm', old: '50000', new: '75000' },
            { field: 'forgiveness_max', old: '20', new: '50' },
            { field: 'legal.vat_number', old: null, new: '"FR12345678901"' },
            {
              field: 'locations',
              old: '[{"id":"1","name":"Old Barn","active":true}]',
              new: '[{"id":"1","name":"Old Barn","active":false},{"id":"2","name":"Market","active":true}]',
            },
          ],
        },
      ],
    },
    { deed: deed(909, 1_200_000, [{ code: 'signed_in', values: {} }], 2, 1), changes: [] },
    {
      deed: deed(
        908,
        DAY,
        [{ code: 'thing_changed', values: { thing: { kind: 'word', value: 'customer' } } }],
        1,
      ),
      changes: [{ thing: 'customer', id: CUSTOMERS[7]!.id, forgotten: true, fields: [] }],
    },
  ],
  next: 900,
};

export const SLOT_LIST = { rows: SLOTS, total: SLOTS.length };
