// The made-up till's counter: the order in progress, step by step, and the sale just done.
import type { DoneView } from '../src/lib/bindings/DoneView';
import type { Fate } from '../src/lib/bindings/Fate';
import type { HandOverWhat } from '../src/lib/bindings/HandOverWhat';
import type { LastSale } from '../src/lib/bindings/LastSale';
import type { LineView } from '../src/lib/bindings/LineView';
import type { Notice } from '../src/lib/bindings/Notice';
import type { OrderView } from '../src/lib/bindings/OrderView';
import type { ParkedOrder } from '../src/lib/bindings/ParkedOrder';
import type { SellView } from '../src/lib/bindings/SellView';
import type { Sound } from '../src/lib/bindings/Sound';
import type { SoundCue } from '../src/lib/bindings/SoundCue';
import type { TakenPayment } from '../src/lib/bindings/TakenPayment';
import { named, NOW, refuse } from './answers';
import { MadeUpDesks } from './desks';
import { type Draft, orderView, settlement, worth } from './draft';
import { checked, kept, newLine, priced } from './lines';
import { BACK, TENDERS } from './money';
import { DONE, MadeUpOrders, type Opened, type Waiting } from './orders';
import { madeUpId, type MadeUpProduct, PRODUCTS } from './products';

const NOTHING: Omit<Draft, 'id'> = {
  lines: [],
  last: null,
  taken: [],
  discount: 0,
  forgiven: 0,
  opened: null,
};

export class MadeUpCounter {
  notices: Notice[] = [];
  sound: SoundCue | null = null;
  readonly orders: MadeUpOrders;
  readonly desks: MadeUpDesks;
  /** The orders that are settled together; mostly one. */
  #group: Draft[] = [];
  #shown = 0;
  #before: Draft[] = [];
  #done: DoneView | null = null;
  #lastSale: LastSale | null = null;
  #sold: Waiting[] = [];
  #parked: { view: ParkedOrder; draft: Draft }[] = [];
  #next = 0;

  constructor(orders: MadeUpOrders, desks = new MadeUpDesks(false)) {
    this.orders = orders;
    this.desks = desks;
    this.begin();
  }

  /** The order that is shown. */
  get draft(): Draft {
    return this.#group[this.#shown]!;
  }

  set draft(draft: Draft) {
    this.#group[this.#shown] = draft;
  }

  sell(): SellView {
    return {
      order: this.order(),
      done: this.#done,
      lastSale: this.#lastSale,
      parked: this.#parked.map(({ view }) => view),
      parkedElsewhere: this.desks.sales,
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
    if (this.draft.lines.length === 0) return null;
    const view = orderView(this.draft, this.#group, this.orders);
    return { ...view, canUndo: this.#before.length > 0 };
  }

  // An order that was placed before

  open(order: Waiting, alone = false): void {
    const at = this.#group.findIndex(({ id }) => id === order.card.order);
    if (at >= 0) return this.show(order.card.order);
    const closed = DONE.includes(order.card.fulfilment);
    const joins = !alone && !closed && this.draft.opened?.closed === false && this.draft.taken.length === 0;
    if (!joins) {
      if (this.draft.lines.length > 0) this.park();
      this.begin();
    }
    const draft = opened(order, closed);
    this.#group = joins ? [...this.#group, draft] : [draft];
    this.#shown = this.#group.length - 1;
    this.#done = null;
  }

  // Several orders at once

  show(order: string): void {
    this.#shown = this.#group.findIndex(({ id }) => id === order);
    this.#before = [];
  }

  leave(order: string): void {
    if (this.#group.some(({ taken }) => taken.length > 0)) throw refuse('group_has_money');
    this.#group = this.#group.filter(({ id }) => id !== order);
    this.#shown = 0;
  }

  fetchedBy(name: string | null): void {
    this.#group = this.#group.map((draft) =>
      draft.opened ? { ...draft, opened: { ...draft.opened, fetchedBy: name } } : draft,
    );
  }

  // Goods that come back

  openReturn(number: string | null): void {
    const wanted = number ?? this.#lastSale?.receiptNumber;
    const sold =
      this.#sold.find(({ card }) => card.number === wanted) ?? (wanted && this.orders.find(wanted));
    if (!sold) throw refuse('order_unknown');
    this.open(sold, true);
  }

  takeBackGoods(line: string, quantity: number, fate: Fate): void {
    const { opened: before } = this.draft;
    const known = this.draft.lines.find(({ id }) => id === line);
    if (!before || !known) throw refuse('not_found');
    if (quantity > known.quantity)
      throw refuse('return_too_much', { name: { kind: 'text', value: known.name } });
    this.#before.push({ ...this.draft });
    const back = { ...before.back, [line]: { quantity, fate } };
    const after = { ...before, back };
    const lines = this.draft.lines.map((each) => kept(each, after));
    this.draft = { ...this.draft, lines, opened: after, last: line };
    this.play('ticked');
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
    const due = order.group?.toSettle ?? toSettle;
    if (what === 'everything' && due !== 0)
      throw refuse('order_not_settled', { due: { kind: 'money', value: due } });
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
    if (this.draft.opened?.closed) this.#exchange();
    const { opened } = this.draft;
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

  /** The other till gives a sale up that was asked for. */
  arrives(order: string): void {
    const present = [this.#group, this.#shown, this.#before, this.#done] as const;
    const goods = this.desks.goods(order);
    this.begin();
    for (const product of goods) this.add(product, 1000);
    this.draft.id = order;
    this.park();
    [this.#group, this.#shown, this.#before, this.#done] = present;
    this.desks.sales = this.desks.sales.filter((each) => each.order !== order);
  }

  takeOver(): void {
    const { opened } = this.draft;
    if (opened) this.draft = { ...this.draft, opened: { ...opened, takenOver: true } };
  }

  recall(order: string | null): void {
    const parked = this.#parked.find(({ view }) => order === null || view.order === order);
    if (!parked) throw refuse('nothing_parked');
    this.#parked = this.#parked.filter((each) => each !== parked);
    if (this.draft.lines.length > 0) this.park();
    this.draft = parked.draft;
  }

  begin(): void {
    this.#group = [{ ...NOTHING, id: madeUpId(4, (this.#next += 1)) }];
    this.#shown = 0;
    this.#before = [];
    this.#done = null;
  }

  // Money

  takeMoney(tender: string, amount: number, tendered: number | null, goes: HandOverWhat): void {
    const { kind } = [...TENDERS, ...BACK].find((each) => each.tender === tender) ?? { kind: 'credit' };
    const payment: TakenPayment = {
      payment: madeUpId(5, (this.#next += 1)),
      tender,
      kind,
      name: null,
      amount,
      tendered,
      orderNumber: null,
    };
    const { due: before, pay } = this.order()!;
    const wanted = goes === 'ticked' && pay.ticked ? pay.ticked.due : before;
    this.draft = { ...this.draft, taken: [...this.draft.taken, payment] };
    if (amount > 0 ? amount >= wanted : this.order()!.pay.toGiveBack === 0) {
      this.#finish(payment, goes !== 'everything');
    }
  }

  forgive(goes: HandOverWhat): void {
    const { forgivable } = this.order()!.pay;
    this.draft = { ...this.draft, forgiven: forgivable };
    this.#finish(null, goes !== 'everything');
  }

  takeBack(payment: string): void {
    this.#group = this.#group.map((draft) => ({
      ...draft,
      taken: draft.taken.filter((each) => each.payment !== payment),
    }));
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

  /** What is taken instead goes on a sale of its own, settled together with what comes back. */
  #exchange(): void {
    this.#group = [...this.#group, { ...NOTHING, id: madeUpId(4, (this.#next += 1)) }];
    this.#shown = this.#group.length - 1;
  }

  #finish(last: TakenPayment | null, partly: boolean): void {
    const order = this.order()!;
    const tendered = last?.tendered ?? null;
    const change = last && tendered !== null ? tendered - last.amount : 0;
    const receiptNumber = `A-K7-${String(1040 + this.#next)}`;
    const sale = {
      order: order.id,
      receiptNumber,
      total: order.total,
      change,
      payments: this.draft.taken,
      receipt: 'notPrinted' as const,
    };
    const givenBack = Math.max(0, -(last?.amount ?? 0));
    const others = this.#group.filter((draft) => draft !== this.draft);
    this.#sold.push(soldAs(receiptNumber, order));
    const { forgiven } = this.draft;
    this.begin();
    this.#done = {
      ...sale,
      tendered,
      orderNumber: order.placed?.number ?? null,
      givenBack,
      givenBackOnline: last?.kind === 'online' ? givenBack : 0,
      forgiven,
      together: others.map((draft, at) => ({
        order: draft.id,
        number: draft.opened?.order.card.number ?? '',
        receiptNumber: `${receiptNumber}-${at + 2}`,
        total: settlement(draft).total,
      })),
      partly,
    };
    this.#lastSale = { ...sale, at: NOW, canCorrect: true, tenders: TENDERS };
    this.play('done');
  }
}

function opened(order: Waiting, closed: boolean): Draft {
  const lines = order.goods.map(([at, quantity], index) =>
    newLine(PRODUCTS[at]!, quantity, madeUpId(11, Number(order.card.order.slice(-6)) * 100 + index)),
  );
  const ordered = order.delivery + worth(lines);
  // What was paid is of the prices that the lines have here.
  const paid = order.paid && order.paid + ordered - order.card.total;
  const as: Opened = {
    order: { ...order, paid },
    ordered,
    ticked: {},
    changes: 0,
    closed,
    back: {},
    fetchedBy: null,
    takenOver: false,
  };
  return { ...NOTHING, id: order.card.order, lines, opened: as };
}

/** A sale that is done, as an order whose goods can come back. */
function soldAs(number: string, order: OrderView): Waiting {
  const goods = order.lines
    .filter(({ removed }) => !removed)
    .map(({ variant, quantity }): [number, number] => [
      PRODUCTS.findIndex((product) => product.variant === variant),
      quantity,
    ]);
  return {
    phone: '',
    goods,
    notes: [],
    paid: order.total,
    authorised: 0,
    lapsed: 0,
    delivery: 0,
    card: {
      order: order.id,
      number,
      customer: null,
      phoneEnd: null,
      slot: null,
      startsAt: null,
      elsewhere: null,
      fulfilment: 'collected',
      payment: 'paid',
      due: 0,
      total: order.total,
      lineCount: goods.length,
      basket: null,
      hasNotes: false,
      inProgress: false,
      openElsewhere: null,
      lapsed: false,
    },
  };
}
