// A till that exists only in this page, to look at every screen and to test the pages without the core.
// It knows just enough of the trade to look real; the rules themselves live in Rust.
import type { ApiError } from '../src/lib/bindings/ApiError';
import type { Code } from '../src/lib/bindings/Code';
import type { Commands } from '../src/lib/bindings/Commands';
import type { DenominationCount } from '../src/lib/bindings/DenominationCount';
import type { DoneView } from '../src/lib/bindings/DoneView';
import type { LastSale } from '../src/lib/bindings/LastSale';
import type { LineView } from '../src/lib/bindings/LineView';
import type { Notice } from '../src/lib/bindings/Notice';
import type { OrderView } from '../src/lib/bindings/OrderView';
import type { Param } from '../src/lib/bindings/Param';
import type { ParkedOrder } from '../src/lib/bindings/ParkedOrder';
import type { Screen } from '../src/lib/bindings/Screen';
import type { Sound } from '../src/lib/bindings/Sound';
import type { TakenPayment } from '../src/lib/bindings/TakenPayment';
import type { TenderButton } from '../src/lib/bindings/TenderButton';
import type { TillEvent } from '../src/lib/bindings/TillEvent';
import type { TillView } from '../src/lib/bindings/TillView';
import {
  type Answer,
  type Backend,
  CallError,
  type CommandName,
  type Request,
} from '../src/lib/backend/backend';
import {
  catalogueFiles,
  closeShift,
  DENOMINATIONS,
  importReport,
  openShift,
  setup,
  signIn,
  status,
  zReport,
} from './screens';
import { MadeUpOrders, type Opened, type Waiting } from './orders';
import { madeUpId, type MadeUpProduct, pictureOf, PRODUCTS } from './products';

export interface Wish {
  screen?: Screen['kind'];
  lines?: string;
  language?: string;
  shade?: string;
  server?: string;
  practice?: string;
  country?: string;
  /** A till that has never been open. */
  fresh?: string;
  /** How many orders wait. */
  orders?: string;
  /** The number of the one that is open at the counter. */
  open?: string;
  /** The copy of the orders is hours old. */
  old?: string;
}

const NOW = Date.UTC(2026, 10, 21, 9, 42);
const TENDERS: TenderButton[] = [
  { tender: 'cash', kind: 'cash', name: null, givesChange: true, wantsReference: false },
  { tender: 'card', kind: 'cardStandAlone', name: null, givesChange: false, wantsReference: false },
  { tender: 'cheque', kind: 'cheque', name: null, givesChange: false, wantsReference: true },
  { tender: 'account', kind: 'onAccount', name: null, givesChange: false, wantsReference: false },
];

const BACK: TenderButton[] = [
  { tender: 'cash', kind: 'cash', name: null, givesChange: true, wantsReference: false },
  { tender: 'credit', kind: 'credit', name: null, givesChange: false, wantsReference: false },
  { tender: 'card', kind: 'cardStandAlone', name: null, givesChange: false, wantsReference: false },
  { tender: 'cheque', kind: 'cheque', name: null, givesChange: false, wantsReference: false },
];

type Draft = {
  lines: LineView[];
  last: string | null;
  taken: TakenPayment[];
  discount: number;
  opened: Opened | null;
};
const NOTHING: Draft = { lines: [], last: null, taken: [], discount: 0, opened: null };

type Handlers = { [N in CommandName]: (request: Request<N>) => Answer<N> | void };

/** The pages' test double of the whole till. */
export class MadeUpTill implements Backend {
  /** What was asked of it, for tests. */
  readonly calls: { command: CommandName; request: unknown }[] = [];
  #wish: Wish;
  #screen: Screen['kind'];
  #draft: Draft = { ...NOTHING };
  readonly #orders: MadeUpOrders;
  #before: Draft[] = [];
  #done: DoneView | null = null;
  #lastSale: LastSale | null = null;
  #parked: { view: ParkedOrder; draft: Draft }[] = [];
  #notices: Notice[] = [];
  #sound: { number: number; kind: Sound } | null = null;
  #revision = 0;
  #next = 0;
  #counts = 0;
  #language: string;
  #staff = false;
  readonly #hear = new Set<(event: TillEvent) => void>();

  constructor(wish: Wish = {}) {
    this.#wish = wish;
    this.#screen = wish.screen ?? 'sell';
    this.#language = wish.language ?? 'en';
    this.#staff = !['setup', 'firstLoad', 'signIn'].includes(this.#screen);
    this.#orders = new MadeUpOrders(NOW, Number(wish.orders ?? 24), wish.old !== undefined);
    const open = wish.open && this.#orders.find(wish.open);
    if (open) this.#open(open);
    for (const product of PRODUCTS.slice(0, Number(wish.lines ?? 0))) {
      this.#add(product, product.unit === 'each' ? 1000 : 1250);
    }
  }

  listen(hear: (event: TillEvent) => void): () => void {
    this.#hear.add(hear);
    return () => this.#hear.delete(hear);
  }

  async call<N extends CommandName>(command: N, request: Request<N>): Promise<Answer<N>> {
    this.calls.push({ command, request });
    const handler = this.#handlers[command] as (request: Request<N>) => Answer<N> | void;
    return handler(request) ?? (this.view() as Answer<N>);
  }

  /** How large the page was asked to be shown. */
  zoomed = 1;

  async zoom(factor: number): Promise<void> {
    this.zoomed = factor;
  }

  /** Changes something that the cashier did not do. */
  say(change: (view: TillView) => void): void {
    const view = this.view();
    change(view);
    for (const hear of this.#hear) hear({ kind: 'view', value: view });
  }

  view(): TillView {
    this.#revision += 1;
    const offline = this.#wish.server === 'offline';
    return {
      revision: this.#revision,
      hub: ['setup', 'firstLoad'].includes(this.#screen)
        ? null
        : {
            name: this.#language === 'fr' ? 'Le Panier Vert' : 'Green Basket',
            location: this.#language === 'fr' ? 'Halle' : 'Market hall',
            tillCode: 'A',
            country: this.#wish.country ?? (this.#language === 'fr' ? 'FR' : 'IE'),
            currency: 'EUR',
            currencyDecimals: 2,
            timeZone: 'Europe/Paris',
            pricesIncludeTax: true,
            practice: this.#wish.practice !== undefined,
          },
      staff: this.#staff ? { id: madeUpId(2, 1), name: 'Cass', role: 'cashier' } : null,
      language: this.#language,
      screen: this.#view(),
      status: {
        server: offline ? 'offline' : 'online',
        serverSince: NOW - 3_600_000,
        unsent: offline ? 14 : 0,
        oldestUnsent: offline ? NOW - 3_600_000 : null,
        printer: offline ? 'paperOut' : 'ready',
        printJobs: offline ? 2 : 0,
        database: 'healthy',
        clockOffsetMs: 120,
        clockOff: false,
      },
      notices: this.#notices,
      sound: this.#sound,
      catalogueRevision: 1,
      scanner: { prefix: null, usLayout: false },
    };
  }

  readonly #handlers: Handlers = {
    till_view: () => {},
    setup_alone: () => this.#go('signIn'),
    setup_pair: ({ code }) => {
      if (code !== 'GOOD-CODE') throw refuse('pairing_code_wrong');
      this.#go('firstLoad');
    },
    staff_sign_in: ({ pin }) => {
      if (pin !== '1234') throw refuse('pin_wrong', { attempts_left: { kind: 'count', value: 3 } });
      this.#staff = true;
      this.#go('openShift');
    },
    staff_sign_out: () => {
      this.#staff = false;
      this.#go('signIn');
    },
    shift_open: () => this.#go('sell'),
    order_scan: ({ code, quantity, confirmed }) => {
      const product = PRODUCTS.find((each) => each.barcode === code || each.code === code);
      const waiting = this.#orders.find(code);
      this.#notices = [];
      if (waiting) return this.#open(waiting);
      if (!product) return this.#unknown(code);
      this.#unusual(quantity, confirmed);
      this.#add(product, quantity ?? 1000);
    },
    order_add_variant: ({ variant, quantity, confirmed }) => {
      const product = PRODUCTS.find((each) => each.variant === variant);
      if (!product) throw refuse('not_found');
      this.#unusual(quantity, confirmed);
      this.#add(product, quantity ?? 1000);
    },
    order_step_quantity: ({ line, delta }) => this.#change(line, (each) => each.quantity + delta),
    order_set_quantity: ({ line, quantity, confirmed }) => {
      this.#unusual(quantity, confirmed);
      this.#change(line, () => quantity);
    },
    order_remove_line: ({ line }) => this.#change(line, () => 0),
    orders_list: (query) => this.#orders.list(query),
    order_open: ({ order }) => {
      const waiting = this.#orders.find(order);
      if (!waiting) throw refuse('order_unknown');
      this.#open(waiting);
    },
    order_tick: ({ line }) => this.#tick([line]),
    order_tick_all: () => this.#tick(this.#unseen()),
    order_weigh: ({ line, weight }) => {
      this.#change(line, () => weight);
      this.#tick([line]);
    },
    order_substitute: ({ line, variant, quantity }) => {
      const product = PRODUCTS.find((each) => each.variant === variant)!;
      const replaced = this.#draft.lines.find(({ id }) => id === line)!;
      this.#change(line, () => 0);
      this.#add(product, quantity);
      this.#alter(this.#draft.last, () => ({ substitutes: replaced.name, fromShelf: false }));
    },
    order_hand_over: ({ what }) => this.#handOver(what),
    order_cancel: ({ order }) => {
      this.#orders.find(order)!.card.fulfilment = 'cancelled';
    },
    order_is_ready: ({ order, basket }) => {
      const { card } = this.#orders.find(order)!;
      card.fulfilment = 'ready';
      card.basket = basket;
    },
    pay_give_back: ({ tender, amount, approval }) => {
      if (!approval && tender === 'cheque') throw refuse('approval_needed');
      this.#takeMoney(tender, -(amount ?? this.#order()!.pay.toGiveBack), null);
    },
    order_undo: () => {
      const before = this.#before.pop();
      if (!before) throw refuse('nothing_to_undo');
      this.#draft = before;
    },
    order_discount: ({ discount, approval }) => {
      if (!approval && discount?.kind === 'percent' && discount.value > 20_000)
        throw refuse('approval_needed');
      this.#remember();
      const whole = sum(this.#draft.lines.map((line) => line.amount));
      this.#draft.discount =
        discount === null
          ? 0
          : discount.kind === 'amount'
            ? -discount.value
            : -Math.round((whole * discount.value) / 100_000);
    },
    order_override_price: ({ line, unitPrice }) => {
      this.#remember();
      this.#draft.lines = this.#draft.lines.map((each) =>
        each.id === line
          ? priced({ ...each, regularPrice: each.unitPrice, unitPrice, badges: ['priceChanged'] })
          : each,
      );
    },
    order_park: () => this.#park(),
    order_recall: ({ order }) => {
      const parked = this.#parked.find(({ view }) => order === null || view.order === order);
      if (!parked) throw refuse('nothing_parked');
      this.#parked = this.#parked.filter((each) => each !== parked);
      if (this.#draft.lines.length > 0) this.#park();
      this.#draft = parked.draft;
    },
    order_discard: () => this.#begin(),
    catalogue_get: () => ({
      categories: [...new Set(PRODUCTS.map(({ category }) => category!))].map((name) => ({
        id: name,
        name,
        colour: null,
        count: 3,
      })),
      favourites: PRODUCTS,
    }),
    category_products: ({ category }) => ({
      text: '',
      products: PRODUCTS.filter((product) => product.category === category),
      more: false,
    }),
    product_search: ({ text }) => ({
      text,
      products: PRODUCTS.filter(({ name, code }) =>
        `${name} ${code}`.toLowerCase().includes(text.toLowerCase()),
      ),
      more: false,
    }),
    picture_get: ({ picture }) => ({ mediaType: 'image/svg+xml', base64: btoa(pictureOf(picture)) }),
    pay_add: ({ tender, amount, tendered }) => this.#pay(tender, amount, tendered),
    pay_undo: ({ payment }) => {
      this.#draft.taken = this.#draft.taken.filter((each) => each.payment !== payment);
    },
    receipt_print: () => {
      if (this.#done) this.#done = { ...this.#done, receipt: 'queued' };
    },
    tender_correct: ({ tender }) => {
      const kind = TENDERS.find((each) => each.tender === tender)!.kind;
      if (this.#lastSale) {
        const payments = this.#lastSale.payments.map((payment) => ({ ...payment, tender, kind }));
        this.#lastSale = { ...this.#lastSale, payments };
      }
    },
    drawer_open: () => {},
    cash_move: () => {},
    shift_close_begin: () => this.#go('closeShift'),
    shift_close_cancel: () => this.#go('sell'),
    cash_change: ({ tendered }) => ({ change: Math.max(0, tendered - (this.#order()?.due ?? 0)) }),
    cash_sum: ({ denominations }) => ({ total: cashSum(denominations) }),
    shift_count: () => {
      this.#counts += 1;
    },
    shift_close: () => this.#go('zReport'),
    z_report_get: () => zReport(NOW),
    z_report_print: () => {},
    z_report_leave: () => {
      this.#staff = false;
      this.#go('signIn');
    },
    status_get: () =>
      status(NOW, this.#wish.server ?? 'online', this.#wish.practice === undefined ? 'off' : 'beforeOpening'),
    practice_begin: () => {},
    practice_end: () => this.#go('setup'),
    sync_now: () => {},
    catalogue_files: () => ({ files: catalogueFiles(NOW) }),
    catalogue_import: ({ path, dryRun }) => importReport(path, dryRun),
    printer_settings_set: () => {},
    printer_test: () => {},
    scanner_settings_set: () => {},
    language_set: ({ language }) => {
      this.#language = language;
    },
  };

  #go(screen: Screen['kind']): void {
    this.#screen = screen;
  }

  #view(): Screen {
    switch (this.#screen) {
      case 'setup':
        return { kind: 'setup', view: setup() };
      case 'firstLoad':
        return {
          kind: 'firstLoad',
          view: {
            server: 'till.greenbasket.ie',
            loaded: 64_200,
            total: 100_000,
            indexing: false,
            waiting: null,
          },
        };
      case 'signIn':
        return { kind: 'signIn', view: signIn() };
      case 'openShift':
        return { kind: 'openShift', view: openShift(NOW, this.#wish.fresh !== undefined) };
      case 'closeShift':
        return { kind: 'closeShift', view: closeShift(NOW, this.#counts) };
      case 'zReport':
        return { kind: 'zReport', view: zReport(NOW) };
      case 'stopped':
        return {
          kind: 'stopped',
          view: {
            code: 'storage_damaged',
            params: { path: { kind: 'text', value: '/home/till/.local/share/comptoir' } },
          },
        };
      case 'sell':
        return {
          kind: 'sell',
          view: {
            order: this.#order(),
            done: this.#done,
            lastSale: this.#lastSale,
            parked: this.#parked.map(({ view }) => view),
            discountReasons: ['short_dated', 'damaged', 'goodwill', 'volunteer', 'price_match', 'other'].map(
              named,
            ),
            drawerReasons: ['change_money', 'check', 'paid_out', 'delivery', 'other'].map(named),
            cashPlaces: [
              { place: 'till', kind: 'thisTill', name: null },
              { place: 'safe', kind: 'safe', name: null },
              { place: 'bank', kind: 'bank', name: null },
              { place: 'outside', kind: 'outside', name: null },
            ],
            approvers: [{ id: madeUpId(2, 2), name: 'Mary' }],
          },
        };
    }
  }

  #order(): OrderView | null {
    const { last, taken, discount, opened } = this.#draft;
    if (this.#draft.lines.length === 0) return null;
    const lines = this.#draft.lines.map((line) => (opened ? checked(line, opened) : line));
    const subtotal = sum(
      lines.flatMap((line) =>
        line.removed ? [] : [line.amount, ...line.charges.map(({ amount }) => amount)],
      ),
    );
    const total = subtotal + discount + (opened?.order.delivery ?? 0);
    const paid = sum(taken.map(({ amount }) => amount)) + (opened?.order.paid ?? 0);
    const open = total - paid;
    const authorised = opened?.order.authorised ?? 0;
    const toSettle = open > 0 ? Math.max(0, open - authorised) : open;
    const due = Math.max(0, toSettle);
    const ordered = opened?.ordered ?? 0;
    return {
      id: opened?.order.card.order ?? madeUpId(4, this.#next),
      lines,
      lastLine: last,
      subtotal,
      discount,
      tax: Math.round((total * 55) / 1055),
      total,
      due,
      pieceCount: sum(
        lines.map((line) => (line.removed ? 0 : line.unit === 'each' ? line.quantity / 1000 : 1)),
      ),
      canUndo: this.#before.length > 0,
      pay: {
        cashDue: due,
        rounding: null,
        tenders: toSettle < 0 ? BACK : TENDERS,
        toGiveBack: Math.max(0, -toSettle),
        quickCash:
          due === 0
            ? []
            : [
                { amount: due, exact: true, usable: true },
                ...[1000, 2000, 5000].map((amount) => ({ amount, exact: false, usable: amount >= due })),
              ],
        taken,
      },
      placed: opened
        ? this.#orders.placed(opened, lines, {
            ordered,
            changed: total - ordered,
            paid,
            authorised,
            toSettle,
          })
        : null,
    };
  }

  #open(order: Waiting): void {
    if (this.#draft.lines.length > 0) this.#park();
    this.#begin();
    const lines = order.goods.map(([at, quantity], index) =>
      newLine(PRODUCTS[at]!, quantity, madeUpId(11, Number(order.card.number.slice(2)) * 100 + index)),
    );
    const ordered = order.card.total;
    this.#draft = { ...NOTHING, lines, opened: { order, ordered, ticked: {}, changes: 0 } };
    const { lines: all } = this.#draft;
    this.#draft.opened!.ordered = sum([
      order.delivery,
      ...all.flatMap((line) => [line.amount, ...line.charges.map(({ amount }) => amount)]),
    ]);
    this.#draft.opened!.order = {
      ...order,
      paid: order.paid && order.paid + this.#draft.opened!.ordered - ordered,
    };
  }

  #unseen(): string[] {
    const opened = this.#draft.opened!;
    return this.#draft.lines
      .filter((line) => !line.removed && !checked(line, opened).check?.complete)
      .map(({ id }) => id);
  }

  #tick(lines: string[], quantity?: number): void {
    const opened = this.#draft.opened!;
    this.#before.push({ ...this.#draft });
    const ticked = { ...opened.ticked };
    for (const id of lines) {
      const line = this.#draft.lines.find((each) => each.id === id)!;
      const isSeen = (ticked[id] ?? 0) >= line.quantity;
      ticked[id] = quantity ? (ticked[id] ?? 0) + quantity : isSeen ? 0 : line.quantity;
    }
    this.#draft = { ...this.#draft, opened: { ...opened, ticked }, last: lines.at(-1) ?? null };
    this.#play('ticked');
  }

  #handOver(what: 'everything' | 'ticked' | 'nothing'): void {
    const order = this.#order();
    if (!order?.placed) throw refuse('order_empty');
    const { toSettle } = order.placed.settlement;
    if (what === 'everything' && toSettle !== 0)
      throw refuse('order_not_settled', { due: { kind: 'money', value: toSettle } });
    const fetched = sum(order.lines.filter(({ check }) => check?.complete).map(({ amount }) => amount));
    const unpaid = fetched - order.placed.settlement.paid;
    if (what === 'ticked' && unpaid > 0)
      throw refuse('order_not_settled', { due: { kind: 'money', value: unpaid } });
    if (what === 'nothing') return this.#begin();
    this.#finish(null, what === 'ticked');
  }

  #alter(id: string | null, change: (line: LineView) => Partial<LineView>): void {
    this.#draft.lines = this.#draft.lines.map((line) =>
      line.id === id ? { ...line, ...change(line) } : line,
    );
  }

  #add(product: MadeUpProduct, quantity: number): void {
    if (product.price === null)
      throw refuse('price_missing', { name: { kind: 'text', value: product.name } });
    if (this.#done) this.#begin();
    const opened = this.#draft.opened;
    const expected = this.#draft.lines.find(
      (line) =>
        line.variant === product.variant && opened && !line.removed && !checked(line, opened).check?.complete,
    );
    if (expected) return this.#tick([expected.id], quantity);
    this.#remember();
    const present = this.#draft.lines.find(
      (line) => line.variant === product.variant && !line.removed && line.unit === 'each',
    );
    if (present) {
      this.#draft.lines = this.#draft.lines.map((line) =>
        line === present ? priced({ ...line, quantity: line.quantity + quantity }) : line,
      );
      this.#draft.last = present.id;
    } else {
      const line = {
        ...newLine(product, quantity, madeUpId(3, (this.#next += 1))),
        fromShelf: opened !== null,
      };
      this.#draft.lines = [...this.#draft.lines, line];
      this.#draft.last = line.id;
    }
    this.#play('added');
  }

  #change(id: string, quantityOf: (line: LineView) => number): void {
    this.#remember();
    this.#draft.lines = this.#draft.lines.map((line) => {
      if (line.id !== id) return line;
      const quantity = quantityOf(line);
      const was = this.#draft.opened && !line.fromShelf ? (line.was ?? line.quantity) : null;
      return quantity <= 0
        ? { ...line, removed: true }
        : priced({ ...line, quantity, was: was === quantity ? null : was });
    });
    this.#draft.last = id;
  }

  #pay(tender: string, amount: number | null, tendered: number | null): void {
    const order = this.#order();
    if (!order) throw refuse('order_empty');
    if (tendered !== null && tendered < order.due)
      throw refuse('tendered_too_small', { due: { kind: 'money', value: order.due } });
    this.#takeMoney(tender, amount ?? order.due, tendered);
  }

  #takeMoney(tender: string, amount: number, tendered: number | null): void {
    const { kind } = [...TENDERS, ...BACK].find((each) => each.tender === tender)!;
    const payment = {
      payment: madeUpId(5, (this.#next += 1)),
      tender,
      kind,
      name: null,
      amount,
      tendered,
    };
    this.#draft = { ...this.#draft, taken: [...this.#draft.taken, payment] };
    const { due, pay } = this.#order()!;
    if (due === 0 && pay.toGiveBack === 0) this.#finish(payment, false);
  }

  #finish(last: TakenPayment | null, partly: boolean): void {
    const order = this.#order()!;
    const tendered = last?.tendered ?? null;
    const change = last && tendered !== null ? tendered - last.amount : 0;
    const receiptNumber = `A-K7-${String(1040 + this.#next)}`;
    const sale = {
      order: order.id,
      receiptNumber,
      total: order.total,
      change,
      payments: this.#draft.taken,
      receipt: 'notPrinted' as const,
    };
    const givenBack = Math.max(0, -(last?.amount ?? 0));
    this.#begin();
    this.#done = { ...sale, tendered, orderNumber: order.placed?.number ?? null, givenBack, partly };
    this.#lastSale = { ...sale, at: NOW, canCorrect: true, tenders: TENDERS };
    this.#play('done');
  }

  #park(): void {
    const order = this.#order();
    if (!order) throw refuse('order_empty');
    const names = order.lines.slice(0, 2).map(({ name }) => name);
    const view = {
      order: order.id,
      number: order.placed?.number ?? null,
      customer: order.placed?.customer ?? null,
      at: NOW,
      staff: 'Cass',
      firstNames: names,
      lineCount: order.lines.length,
      total: order.total,
    };
    this.#parked = [...this.#parked, { view, draft: this.#draft }];
    this.#begin();
  }

  #begin(): void {
    this.#draft = { ...NOTHING };
    this.#before = [];
    this.#done = null;
  }

  #remember(): void {
    this.#before.push({ ...this.#draft });
    const { opened } = this.#draft;
    if (opened) this.#draft.opened = { ...opened, changes: opened.changes + 1 };
  }

  #unknown(code: string): void {
    this.#notices = [
      {
        number: (this.#next += 1),
        code: 'code_unknown',
        params: { code: { kind: 'text', value: code } },
        severity: 'warning',
        offers: [{ kind: 'search', text: '' }, { kind: 'syncNow' }],
      },
    ];
    this.#play('unknown');
  }

  #unusual(quantity: number | null, confirmed: boolean): void {
    if (quantity !== null && quantity > 99_000 && !confirmed) {
      throw refuse('quantity_unusual', { quantity: { kind: 'quantity', value: quantity } });
    }
  }

  #play(kind: Sound): void {
    this.#sound = { number: (this.#sound?.number ?? 0) + 1, kind };
  }
}

function newLine(product: MadeUpProduct, quantity: number, id: string): LineView {
  const reduced = product.name === 'Sourdough loaf';
  return priced({
    id,
    variant: product.variant,
    name: product.name,
    detail: product.detail,
    quantity,
    unit: product.unit,
    unitPrice: reduced ? 380 : product.price!,
    regularPrice: reduced ? product.price : null,
    priceName: reduced ? 'Saturday bread' : null,
    amount: 0,
    discount: null,
    removed: false,
    badges: [
      ...(product.available === 0 ? (['belowZero'] as const) : []),
      ...(product.unit === 'kilogram' && quantity === 1000 ? (['weightMissing'] as const) : []),
    ],
    check: null,
    was: null,
    fromShelf: false,
    substitutes: null,
    charges: product.deposit
      ? [{ id: madeUpId(6, Number(id.slice(-6))), name: 'Bottle deposit', quantity, amount: product.deposit }]
      : [],
  });
}

function priced(line: LineView): LineView {
  const charges = line.charges.map((charge) => ({
    ...charge,
    quantity: line.quantity,
    amount: (25 * line.quantity) / 1000,
  }));
  return { ...line, charges, amount: Math.round((line.unitPrice * line.quantity) / 1000) };
}

function checked(line: LineView, { ticked }: Opened): LineView {
  if (line.removed) return line;
  const seen = line.fromShelf ? line.quantity : (ticked[line.id] ?? 0);
  return { ...line, check: { outstanding: line.quantity, ticked: seen, complete: seen >= line.quantity } };
}

function named(reason: string) {
  return { reason, name: null };
}

function sum(amounts: number[]): number {
  return amounts.reduce((one, other) => one + other, 0);
}

function cashSum(denominations: DenominationCount[]): number {
  const known = new Set(DENOMINATIONS.map(({ value }) => value));
  return sum(denominations.filter(({ value }) => known.has(value)).map(({ value, count }) => value * count));
}

function refuse(code: Code, params: Record<string, Param> = {}): CallError {
  const refusal: ApiError = { code, params, message: code };
  return new CallError(refusal);
}

export type { Commands };
