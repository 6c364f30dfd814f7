// A server that exists only in this page, to look at every page of the office and to test them. It answers
// in the types of the real one and knows nothing of the trade.
import type { Role } from '../../src/lib/bindings/office/Role';
import { ORDERS, pickList, whole } from './orders';
import { change, RECURRING, recurringView } from './recurring';
import {
  AUDIT,
  customer,
  DELIVERIES,
  HOME,
  MESSAGES,
  moves,
  problemView,
  PROBLEMS,
  product,
  session,
  SETTINGS,
  SLOT_LIST,
  TEXTS,
  WEBHOOKS,
} from './rest';
import { CUSTOMERS, NOW, PLACES, PRODUCTS, SLOTS, STAFF, TILLS } from './things';

export interface OfficeWish {
  role?: Role;
  language?: string;
  shade?: string;
  /** Nobody is logged in. */
  out?: string;
  /** The path whose next change is refused, and how: `409 changed_meanwhile`. */
  refuse?: string;
  /** How many changes get no answer, though they were done. */
  lose?: string;
}

export interface MadeUpCall {
  method: string;
  path: string;
  query: Record<string, string>;
  body: Record<string, unknown> | null;
  token: string | null;
}

class Refused extends Error {
  readonly status: number;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
  }
}

type Query = Record<string, string>;
type Body = Record<string, unknown>;

/** A page of a list, found and ordered as the real server would. */
function page<Row extends object>(rows: readonly Row[], query: Query, text: (row: Row) => string) {
  const words = (query['search'] ?? '').toLowerCase().split(' ');
  const found = rows.filter((row) => words.every((word) => text(row).toLowerCase().includes(word)));
  const key = query['sort'] as keyof Row | undefined;
  if (key) {
    const turned = query['descending'] === 'true' ? -1 : 1;
    found.sort((one, other) => turned * (String(one[key]) < String(other[key]) ? -1 : 1));
    if (typeof found[0]?.[key] === 'number')
      found.sort((one, other) => turned * (Number(one[key]) - Number(other[key])));
  }
  const skip = Number(query['skip'] ?? 0);
  return { rows: found.slice(skip, skip + Number(query['limit'] ?? 50)), total: found.length };
}

const STATES: Record<string, (order: (typeof ORDERS)[number]) => boolean> = {
  waiting: ({ fulfilment }) => !['collected', 'cancelled', 'expired', 'returned'].includes(fulfilment),
  toPack: ({ fulfilment }) => ['placed', 'accepted', 'picked'].includes(fulfilment),
  unpaid: ({ payment }) => payment === 'unpaid',
  owed: ({ due }) => due < 0,
};

export class MadeUpOffice {
  readonly calls: MadeUpCall[] = [];
  /** Set from a test: how the next change is refused. */
  refuse: string | null;
  lose: number;
  out: boolean;
  readonly #role: Role;

  constructor(wish: OfficeWish) {
    this.#role = wish.role ?? 'manager';
    this.refuse = wish.refuse ?? null;
    this.lose = Number(wish.lose ?? 0);
    this.out = wish.out !== undefined;
  }

  async answer(address: string, init: RequestInit): Promise<Response> {
    const url = new URL(address, location.href);
    const path = url.pathname.replace('/office/api/', '');
    const query = Object.fromEntries(url.searchParams);
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Body) : null;
    const method = init.method ?? 'GET';
    this.calls.push({ method, path, query, body, token: new Headers(init.headers).get('x-office-token') });
    await new Promise((later) => setTimeout(later, 15));
    if (method === 'POST' && this.lose > 0) {
      this.lose -= 1;
      throw new TypeError('the answer got lost');
    }
    try {
      const found = method === 'GET' ? this.#get(path, query) : this.#post(path, body ?? {});
      return Response.json(found ?? null);
    } catch (error) {
      const status = error instanceof Refused ? error.status : 500;
      const code = error instanceof Refused ? error.message : 'internal';
      return Response.json({ code, params: {}, message: '' }, { status });
    }
  }

  #get(path: string, query: Query): unknown {
    const [area = '', id, part] = path.split('/');
    if (area === 'welcome') return { hubs: [{ id: 'h', name: 'Green Valley Food Hub' }] };
    if (this.out) throw new Refused(401, 'unauthorised');
    if (area === 'session') return session(this.#role);
    if (area === 'slots' && id && part) return known(pickList(id));
    if (path === 'webhooks/deliveries') return { rows: DELIVERIES, next: null };
    if (id) return this.#one(area, id, part);
    const lists: Record<string, () => unknown> = {
      home: () => HOME,
      orders: () => this.#orders(query),
      slots: () => SLOT_LIST,
      places: () => ({ seen: 5, rows: PLACES.map((place) => ({ ...place, active: true })) }),
      'recurring-orders': () => this.#recurring(query),
      products: () => ({
        ...page(
          PRODUCTS.filter(({ available }) => query['stock'] !== 'out' || available <= 0),
          query,
          ({ name, code }) => `${name} ${code}`,
        ),
        categories: ['Bread', 'Dairy', 'Drinks', 'Fruit', 'Home', 'Jars', 'Vegetables'],
      }),
      customers: () => ({ ...page(CUSTOMERS, query, ({ name }) => name), classes: ['members', 'staff'] }),
      staff: () => ({ rows: STAFF, total: STAFF.length }),
      tills: () =>
        page(
          TILLS.filter(({ silent }) => !query['silent'] || silent),
          {},
          () => '',
        ),
      problems: () => this.#problems(query),
      messages: () => ({
        ...MESSAGES,
        rows: MESSAGES.rows.filter(({ state }) => !query['state'] || state === query['state']),
      }),
      'message-texts': () => TEXTS,
      'shop-keys': () => ({
        rows: [{ name: 'greenhub.shop', scopes: ['catalogue', 'orders'], createdAt: NOW }],
        total: 1,
      }),
      webhooks: () => WEBHOOKS,
      settings: () => SETTINGS,
      audit: () => AUDIT,
    };
    return known(lists[area]?.());
  }

  #one(area: string, id: string, part: string | undefined): unknown {
    const order = ORDERS.find((each) => each.id === id);
    const row = PRODUCTS.find((each) => each.variant === id);
    const person = CUSTOMERS.find((each) => each.id === id);
    const problem = PROBLEMS.find((each) => each.id === id);
    if (area === 'orders' && order) return whole(order);
    if (area === 'products' && row) return part === 'moves' ? moves(row) : product(row);
    if (area === 'customers' && person) return customer(person);
    if (area === 'problems' && problem) return problemView(problem);
    const recurring = RECURRING.find((each) => each.id === id);
    if (area === 'recurring-orders' && recurring) return recurringView(recurring);
    throw new Refused(404, 'not_found');
  }

  #orders(query: Query) {
    const { state, customer } = query;
    const all = ORDERS.filter(
      (order) =>
        (!state || (STATES[state]?.(order) ?? order.fulfilment === state)) &&
        (!customer || order.customer?.id === customer),
    );
    return page(all, query, ({ number, customer }) => `${number} ${customer?.name ?? ''}`);
  }

  #recurring(query: Query) {
    const { state, customer } = query;
    const rows = RECURRING.filter(
      (row) =>
        (state ? row.state === state : row.state !== 'ended') && (!customer || row.customer.id === customer),
    );
    return page(rows, query, ({ customer }) => customer.name);
  }

  #problems({ state = 'open' }: Query) {
    const rows = PROBLEMS.filter(
      ({ decision }) => state === 'all' || (decision === null) === (state === 'open'),
    );
    const groups = ['sold_below_zero', 'handed_over_twice'].map((rule) => {
      const own = rows.filter((row) => row.rule === rule);
      return {
        rule,
        product: own[0]?.product ?? null,
        day: '2026-11-21',
        problems: own.map((row) => row.id),
      };
    });
    return { rows, total: rows.length, groups };
  }

  #post(path: string, body: Body): unknown {
    if (path === 'login') return this.#logIn(body['password'] === 'correct horse');
    if (path === 'reset') return this.#logIn(body['code'] === 'one-time');
    if (path === 'logout') {
      this.out = true;
      return null;
    }
    if (this.out) throw new Refused(401, 'unauthorised');
    if (this.refuse) {
      const [status = '422', code = ''] = this.refuse.split(' ');
      this.refuse = null;
      throw new Refused(Number(status), code);
    }
    return this.#change(path, body);
  }

  #logIn(right: boolean) {
    if (!right) throw new Refused(401, 'login_wrong');
    this.out = false;
    return session(this.#role);
  }

  #change(path: string, body: Body): unknown {
    const [area = '', id, act] = path.split('/');
    const order = ORDERS.find((each) => each.id === id);
    if (area === 'orders' && order) {
      if (act === 'ready') Object.assign(order, { fulfilment: 'ready', basket: body['basket'] });
      if (act === 'cancel') order.fulfilment = 'cancelled';
      return whole(order);
    }
    if (area === 'recurring-orders') {
      const recurring = RECURRING.find((each) => each.id === id) ?? RECURRING[0]!;
      return change(recurring, act, body);
    }
    if (path === 'problems/decide') {
      const decision = { by: null, at: NOW, choice: String(body['choice']) };
      for (const row of PROBLEMS)
        if ((body['problems'] as string[]).includes(row.id)) row.decision = decision;
      return { rows: PROBLEMS };
    }
    if (path === 'settings') return { ...SETTINGS, seen: 62, fields: body['fields'] };
    if (path === 'stock') return { rows: body['lines'] };
    if (path === 'tills/enrol') return { code: 'K7QF-M2XW', expiresAt: NOW };
    if (path === 'shop-keys') return { name: body['name'], secret: 'cs_live_9f3a' };
    if (path === 'webhooks') return { shop: body['shop'], secret: '5e1f0c9a'.repeat(8) };
    if (path === 'webhooks/pause') {
      const row = WEBHOOKS.rows.find(({ shop }) => shop === body['shop']);
      if (row) row.pausedAt = body['paused'] ? NOW : null;
      return WEBHOOKS;
    }
    if (path === 'webhooks/try') return { taken: false, answer: '503' };
    if (area === 'webhooks') return WEBHOOKS;
    if (act === 'login') return { login: body['login'], code: 'R4TN-88KD', expiresAt: NOW };
    if (act === 'forget')
      return { forgotten: 3, kept: [{ reason: 'retention', what: 'A-K7Q-F12', until: NOW }] };
    if (path === 'message-texts/preview') return this.#preview(body['text'] as Body);
    if (area === 'products') return product(PRODUCTS[0]!);
    if (area === 'customers') return customer(CUSTOMERS[0]!);
    const slot = SLOTS.find((each) => each.id === id);
    if (area === 'slots' && slot) Object.assign(slot, body);
    return null;
  }

  #preview({ subject, body }: Body) {
    const filled = (text: unknown) => String(text).replace('{number}', 'O-1001').replace('{name}', 'Jane');
    if (String(body).includes('{nonsense}')) throw new Refused(422, 'text_invalid');
    return { subject: filled(subject), body: filled(body) };
  }
}

function known<T>(answer: T | null | undefined): T {
  if (answer === null || answer === undefined) throw new Refused(404, 'not_found');
  return answer;
}
