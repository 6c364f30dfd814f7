// The made-up till's counter: the order in progress, step by step, and the sale just done.
import type { DoneView } from '../src/lib/bindings/DoneView';
import type { LastSale } from '../src/lib/bindings/LastSale';
import type { LineView } from '../src/lib/bindings/LineView';
import type { Notice } from '../src/lib/bindings/Notice';
import type { OrderView } from '../src/lib/bindings/OrderView';
import type { ParkedOrder } from '../src/lib/bindings/ParkedOrder';
import type { SellView } from '../src/lib/bindings/SellView';
import type { Sound } from '../src/lib/bindings/Sound';
import type { SoundCue } from '../src/lib/bindings/SoundCue';
import type { TakenPayment } from '../src/lib/bindings/TakenPayment';
import { named, NOW, refuse, sum } from './answers';
import { checked, newLine, priced } from './lines';
import { BACK, TENDERS } from './money';
import { MadeUpOrders, type Opened, type Waiting } from './orders';
import { madeUpId, type MadeUpProduct, PRODUCTS } from './products';

type Draft = {
  lines: LineView[];
  last: string | null;
  taken: TakenPayment[];
  discount: number;
  opened: Opened | null;
};
const NOTHING: Draft = { lines: [], last: null, taken: [], discount: 0, opened: null };

export class MadeUpCounter {
  notices: Notice[] = [];
  sound: SoundCue | null = null;
  draft: Draft = { ...NOTHING };
  readonly orders: MadeUpOrders;
  #before: Draft[] = [];
  #done: DoneView | null = null;
  #lastSale: LastSale | null = null;
  #parked: { view: ParkedOrder; draft: Draft }[] = [];
  #next = 0;

  constructor(orders: MadeUpOrders) {
    this.orders = orders;
  }

  sell(): SellView {
    return {
      order: this.order(),
      done: this.#done,
      lastSale: this.#lastSale,
      parked: this.#parked.map(({ view }) => view),
      discountReasons: ['short_dated', 'damaged', 'goodwill', 'volunteer', 'price_match', 'other'].map(named),
      drawerReasons: ['change_money', 'check', 'paid_out', 'delivery', 'other'].map(named),
      cashPlaces: [
        { place: 'till', kind: 'thisTill', name: null },
        { place: 'safe', kind: 'safe', name: null },
        { place: 'bank', kind: 'bank', name: null },
        { place: 'outside', kind: 'outside', name: null },
      ],
      approvers: [{ id: madeUpId(2, 2), name: 'Mary' }],
    };
  }

  order(): OrderView | null {
    const { last, taken, discount, opened } = this.draft;
    if (this.draft.lines.length === 0) return null;
    const lines = this.draft.lines.map((line) => (opened ? checked(line, opened) : line));
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
        quickCash: due === 0 ? [] : quickCash(due),
        taken,
      },
      placed: opened
        ? this.orders.placed(opened, lines, { ordered, changed: total - ordered, paid, authorised, toSettle })
        : null,
    };
  }

  // An order that was placed before

  open(order: Waiting): void {
    if (this.draft.lines.length > 0) this.park();
    this.begin();
    const lines = order.goods.map(([at, quantity], index) =>
      newLine(PRODUCTS[at]!, quantity, madeUpId(11, Number(order.card.number.slice(2)) * 100 + index)),
    );
    const ordered = sum([
      order.delivery,
      ...lines.flatMap((line) => [line.amount, ...line.charges.map(({ amount }) => amount)]),
    ]);
    // What was paid is of the prices that the lines have here.
    const paid = order.paid && order.paid + ordered - order.card.total;
    this.draft = {
      ...NOTHING,
      lines,
      opened: { order: { ...order, paid }, ordered, ticked: {}, changes: 0 },
    };
  }

  unseen(): string[] {
    const opened = this.draft.opened!;
    return this.draft.lines
      .filter((line) => !line.removed && !checked(line, opened).check?.complete)
      .map(({ id }) => id);
  }

  tick(lines: string[], quantity?: number): void {
    const opened = this.draft.opened!;
    this.#before.push({ ...this.draft });
    const ticked = { ...opened.ticked };
    for (const id of lines) {
      const line = this.draft.lines.find((each) => each.id === id)!;
      const isSeen = (ticked[id] ?? 0) >= line.quantity;
      ticked[id] = quantity ? (ticked[id] ?? 0) + quantity : isSeen ? 0 : line.quantity;
    }
    this.draft = { ...this.draft, opened: { ...opened, ticked }, last: lines.at(-1) ?? null };
    this.play('ticked');
  }

  handOver(what: 'everything' | 'ticked' | 'nothing'): void {
    const order = this.order();
    if (!order?.placed) throw refuse('order_empty');
    const { toSettle } = order.placed.settlement;
    if (what === 'everything' && toSettle !== 0)
      throw refuse('order_not_settled', { due: { kind: 'money', value: toSettle } });
    const fetched = sum(order.lines.filter(({ check }) => check?.complete).map(({ amount }) => amount));
    const unpaid = fetched - order.placed.settlement.paid;
    if (what === 'ticked' && unpaid > 0)
      throw refuse('order_not_settled', { due: { kind: 'money', value: unpaid } });
    if (what === 'nothing') return this.begin();
    this.#finish(null, what === 'ticked');
  }

  substitute(line: string, product: MadeUpProduct, quantity: number): void {
    const replaced = this.draft.lines.find(({ id }) => id === line)!;
    this.change(line, () => 0);
    this.add(product, quantity);
    const { last } = this.draft;
    this.alter(({ id }) => id === last, { substitutes: replaced.name, fromShelf: false });
  }

  // Goods

  add(product: MadeUpProduct, quantity: number): void {
    if (product.price === null)
      throw refuse('price_missing', { name: { kind: 'text', value: product.name } });
    if (this.#done) this.begin();
    const opened = this.draft.opened;
    const expected = this.draft.lines.find(
      (line) =>
        line.variant === product.variant && opened && !line.removed && !checked(line, opened).check?.complete,
    );
    if (expected) return this.tick([expected.id], quantity);
    this.remember();
    const present = this.draft.lines.find(
      (line) => line.variant === product.variant && !line.removed && line.unit === 'each',
    );
    if (present) {
      this.draft.lines = this.draft.lines.map((line) =>
        line === present ? priced({ ...line, quantity: line.quantity + quantity }) : line,
      );
      this.draft.last = present.id;
    } else {
      const line = {
        ...newLine(product, quantity, madeUpId(3, (this.#next += 1))),
        fromShelf: opened !== null,
      };
      this.draft.lines = [...this.draft.lines, line];
      this.draft.last = line.id;
    }
    this.play('added');
  }

  change(id: string, quantityOf: (line: LineView) => number): void {
    this.remember();
    this.draft.lines = this.draft.lines.map((line) => {
      if (line.id !== id) return line;
      const quantity = quantityOf(line);
      const was = this.draft.opened && !line.fromShelf ? (line.was ?? line.quantity) : null;
      return quantity <= 0
        ? { ...line, removed: true }
        : priced({ ...line, quantity, was: was === quantity ? null : was });
    });
    this.draft.last = id;
  }

  alter(which: (line: LineView) => boolean, change: Partial<LineView>): void {
    this.draft.lines = this.draft.lines.map((line) => (which(line) ? priced({ ...line, ...change }) : line));
  }

  /** Keeps the present step, to be undone. */
  remember(): void {
    this.#before.push({ ...this.draft });
    const { opened } = this.draft;
    if (opened) this.draft.opened = { ...opened, changes: opened.changes + 1 };
  }

  undo(): void {
    const before = this.#before.pop();
    if (!before) throw refuse('nothing_to_undo');
    this.draft = before;
  }

  unknown(code: string): void {
    this.notices = [
      {
        number: (this.#next += 1),
        code: 'code_unknown',
        params: { code: { kind: 'text', value: code } },
        severity: 'warning',
        offers: [{ kind: 'search', text: '' }, { kind: 'syncNow' }],
      },
    ];
    this.play('unknown');
  }

  // Orders aside

  park(): void {
    const order = this.order();
    if (!order) throw refuse('order_empty');
    const view = {
      order: order.id,
      number: order.placed?.number ?? null,
      customer: order.placed?.customer ?? null,
      at: NOW,
      staff: 'Cass',
      firstNames: order.lines.slice(0, 2).map(({ name }) => name),
      lineCount: order.lines.length,
      total: order.total,
    };
    this.#parked = [...this.#parked, { view, draft: this.draft }];
    this.begin();
  }

  recall(order: string | null): void {
    const parked = this.#parked.find(({ view }) => order === null || view.order === order);
    if (!parked) throw refuse('nothing_parked');
    this.#parked = this.#parked.filter((each) => each !== parked);
    if (this.draft.lines.length > 0) this.park();
    this.draft = parked.draft;
  }

  begin(): void {
    this.draft = { ...NOTHING };
    this.#before = [];
    this.#done = null;
  }

  // Money

  takeMoney(tender: string, amount: number, tendered: number | null): void {
    const { kind } = [...TENDERS, ...BACK].find((each) => each.tender === tender)!;
    const payment = { payment: madeUpId(5, (this.#next += 1)), tender, kind, name: null, amount, tendered };
    this.draft = { ...this.draft, taken: [...this.draft.taken, payment] };
    const { due, pay } = this.order()!;
    if (due === 0 && pay.toGiveBack === 0) this.#finish(payment, false);
  }

  takeBack(payment: string): void {
    this.draft.taken = this.draft.taken.filter((each) => each.payment !== payment);
  }

  correct(tender: string): void {
    const { kind } = TENDERS.find((each) => each.tender === tender)!;
    if (!this.#lastSale) return;
    const payments = this.#lastSale.payments.map((payment) => ({ ...payment, tender, kind }));
    this.#lastSale = { ...this.#lastSale, payments };
  }

  printed(): void {
    if (this.#done) this.#done = { ...this.#done, receipt: 'queued' };
  }

  play(kind: Sound): void {
    this.sound = { number: (this.sound?.number ?? 0) + 1, kind };
  }

  #finish(last: TakenPayment | null, partly: boolean): void {
    const order = this.order()!;
    const tendered = last?.tendered ?? null;
    const change = last && tendered !== null ? tendered - last.amount : 0;
    const sale = {
      order: order.id,
      receiptNumber: `A-K7-${String(1040 + this.#next)}`,
      total: order.total,
      change,
      payments: this.draft.taken,
      receipt: 'notPrinted' as const,
    };
    const givenBack = Math.max(0, -(last?.amount ?? 0));
    this.begin();
    this.#done = { ...sale, tendered, orderNumber: order.placed?.number ?? null, givenBack, partly };
    this.#lastSale = { ...sale, at: NOW, canCorrect: true, tenders: TENDERS };
    this.play('done');
  }
}

function quickCash(due: number) {
  const notes = [1000, 2000, 5000].map((amount) => ({ amount, exact: false, usable: amount >= due }));
  return [{ amount: due, exact: true, usable: true }, ...notes];
}
