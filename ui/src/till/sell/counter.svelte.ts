import { createContext } from 'svelte';

import type { LineId } from '../../lib/bindings/LineId';
import type { LineView } from '../../lib/bindings/LineView';
import type { OrderCard } from '../../lib/bindings/OrderCard';
import type { ProductCard } from '../../lib/bindings/ProductCard';
import type { SellView } from '../../lib/bindings/SellView';
import type { Scanned } from '../../lib/scanner/wedge';
import type { Request } from '../../lib/backend';
import type { Unit } from '../../lib/bindings/Unit';
import { newActionId } from '../../lib/ids';
import { type Field, fill } from '../../lib/typing';
import { OrdersList } from '../orders/list.svelte';
import { PlacedOrder } from '../orders/placed.svelte';
import type { App } from '../state/app.svelte';
import type { Deed } from '../state/till.svelte';
import { type Meaning, meaningOf, quantityOf, typed } from './digits';
import { Finder } from './finder.svelte';
import { type Confirm, KEYPAD, muchOf, type OtherProduct, type Panel } from './panel';
import { Payment } from './payment.svelte';

const ONE = 1000;

/** The counter's own state while selling: what is being typed, chosen and opened. Never a figure of the order. */
export class Counter {
  /** The digits typed so far. */
  digits = $state('');
  mode = $state<'order' | 'pay'>('order');
  panel = $state.raw<Panel>(KEYPAD);
  /** The very same deed, waiting for a second Enter because it is unusually large. */
  confirm = $state.raw<Confirm | null>(null);
  /** Finds the field of the panel that is open, where it has one. */
  panelField: (() => Field | null) | null = null;
  readonly finder: Finder;
  /** What lies over the sale, beside the list of orders. */
  desk = $state<'stock' | 'shortage' | 'problems' | null>(null);
  /** Orders that wait for their customers, to be found. */
  readonly orders: OrdersList;
  /** The order in progress, where it was placed before. */
  readonly placed: PlacedOrder;
  readonly payment: Payment;
  readonly #app: App;
  #chosen = $state<LineId | null>(null);

  readonly sell: SellView | null = $derived.by(() => {
    const screen = this.#app.till.screen;
    return screen?.kind === 'sell' ? screen.view : null;
  });
  readonly order = $derived.by(() => this.sell?.order ?? null);
  /** Whether there is something to pay or give away. */
  readonly hasLines = $derived.by(() => this.order?.lines.some((line) => !line.removed) ?? false);
  /** The line that digits, plus and minus are for. */
  readonly line: LineView | null = $derived.by(() => this.#currentLine());
  readonly paying = $derived.by(() => this.mode === 'pay' || (this.order?.pay.taken.length ?? 0) > 0);
  readonly meaning: Meaning = $derived.by(() =>
    meaningOf(this.digits, {
      mode: this.paying ? 'pay' : 'order',
      line: this.line,
      currencyDecimals: this.#app.locale.f.currencyDecimals,
      cashDue: this.payment.due.cashDue,
      toGiveBack: this.order?.pay.toGiveBack ?? 0,
    }),
  );
  /** Whether the last deed waits for a manager's word. */
  readonly needsApproval = $derived.by(() =>
    ['approval_needed', 'pin_wrong', 'pin_slowed_down'].includes(this.#app.till.refusal?.code ?? ''),
  );

  constructor(app: App) {
    this.#app = app;
    this.finder = new Finder(app.till);
    this.orders = new OrdersList(app.till);
    this.placed = new PlacedOrder(this);
    this.payment = new Payment(this);
  }

  // Goods. Whatever is added, digits after it are for its line, and for none that was chosen before.

  scan(scanned: Scanned): void {
    this.#app.page = null;
    this.orders.close();
    if (this.panel.kind === 'substitute') void this.#scanSubstitute(this.panel.line, scanned);
    else this.#scanGoods(scanned);
  }

  #scanGoods({ code, symbology }: Scanned): void {
    this.#chosen = null;
    const quantity = this.#takeQuantity();
    void this.do('order_scan', { code, symbology, quantity, confirmed: false });
  }

  lookUp(code: string): void {
    this.digits = '';
    this.#chosen = null;
    void this.do('order_scan', { code, symbology: null, quantity: null, confirmed: false });
  }

  add(product: ProductCard): void {
    if (this.panel.kind === 'substitute') return this.#chooseSubstitute(this.panel.line, product);
    const quantity = this.#takeQuantity();
    this.#chosen = null;
    this.finder.taken();
    void this.do('order_add_variant', { variant: product.variant, quantity, confirmed: false });
  }

  step(line: LineView, sign: 1 | -1): void {
    if (this.placed.isClosed) this.placed.comesBack(line);
    else void this.do('order_step_quantity', { line: line.id, delta: sign * ONE });
  }

  remove(line: LineView): void {
    if (this.placed.isClosed) this.placed.comesBack(line);
    else if (this.placed.asksFate(line)) this.open({ kind: 'fate', line: line.id });
    else void this.do('order_remove_line', { line: line.id, fate: null });
  }

  /** Replaces a line of an order that was placed before: the finder chooses by what. */
  substitute(line: LineView): void {
    this.open({ kind: 'substitute', line: line.id, product: null });
    if (this.panel.kind === 'substitute') this.finder.focus();
  }

  choose(line: LineView): void {
    this.mode = 'order';
    this.#chosen = this.#chosen === line.id ? null : line.id;
  }

  /** Chooses the line above or below; false where there is none to choose. */
  chooseBeside(distance: 1 | -1): boolean {
    const lines = this.order?.lines.filter((line) => !line.removed) ?? [];
    const at = lines.findIndex((line) => line.id === this.line?.id);
    this.#chosen = lines[at + distance]?.id ?? this.#chosen;
    return lines.length > 0;
  }

  undo(): void {
    if (this.order || this.sell?.done) void this.do('order_undo', {});
  }

  /** Enter, nothing being typed: what comes next of the order. */
  pay(): void {
    const { figure } = this.placed;
    if (figure === 'settled') this.placed.conclude();
    else if (figure) this.placed.whenSeen(() => this.payment.open());
    else if (!this.hasLines) return;
    else if (this.order?.due === 0) this.payment.exact();
    else this.payment.open();
  }

  print(): void {
    const order = this.sell?.done?.order ?? this.sell?.lastSale?.order;
    if (order) void this.do('receipt_print', { action: newActionId(), order });
  }

  // Orders aside

  park(): void {
    if (this.placed.view) this.placed.save();
    else if (this.hasLines) void this.do('order_park', {});
    else if (this.sell?.parked.length === 1) this.recall(null);
    else if (this.sell?.parked.length || this.sell?.parkedElsewhere.length) this.open({ kind: 'parked' });
  }

  /** Opens an order that waits; it stays in its list where the till says no. */
  async openOrder({ order }: OrderCard, alone = false): Promise<void> {
    this.digits = '';
    if (await this.do('order_open', { order, alone })) this.orders.close();
  }

  /** Opens what was fetched of an order, so that it can come back. */
  async openReturn({ number }: OrderCard): Promise<void> {
    this.digits = '';
    if (await this.do('return_open', { number })) this.orders.close();
  }

  recall(order: string | null): void {
    void this.do('order_recall', { order });
  }

  /** Asks another till for a sale that it put aside. */
  claim(order: string): Promise<boolean> {
    return this.#amongParked(this.do('parked_claim', { action: newActionId(), order }));
  }

  withdraw(order: string): Promise<boolean> {
    return this.#amongParked(this.do('parked_withdraw', { order }));
  }

  /** The list stays open while something is done in it. */
  #amongParked(done: Promise<boolean>): Promise<boolean> {
    this.panel = { kind: 'parked' };
    return done;
  }

  /** Rings a sale of another till up anew. */
  copy(order: string): void {
    void this.do('parked_copy', { action: newActionId(), order });
  }

  /** Counts and closes the shift. */
  closeShift(): void {
    void this.do('shift_close_begin', {});
  }

  // Panels and keys

  open(panel: Panel): void {
    this.#app.till.refusal = null;
    this.placed.goOn();
    this.panel = this.panel.kind === panel.kind ? KEYPAD : panel;
  }

  close(): void {
    this.#app.till.refusal = null;
    this.panel = KEYPAD;
    this.confirm = null;
  }

  type(key: string): void {
    this.close();
    this.digits = typed(this.digits, key);
  }

  backspace(): void {
    this.confirm = null;
    this.digits = this.digits.slice(0, -1);
  }

  /** Goes one step back: what waits, what is typed, what is open, what was chosen. */
  back(): boolean {
    if (this.confirm || this.panel.kind !== 'keypad') this.close();
    else if (this.placed.ask) this.placed.goOn();
    else if (this.digits) this.digits = '';
    else if (this.mode === 'pay') this.#leavePaying();
    else if (this.finder.isUsed) this.finder.reset();
    else if (this.#chosen) this.#chosen = null;
    else if (this.placed.view) this.placed.leave();
    else return false;
    return true;
  }

  #leavePaying(): void {
    this.mode = 'order';
    this.placed.goOn();
    this.payment.reset();
  }

  enter(): void {
    const meaning = this.meaning;
    const field = this.#openField();
    if (this.confirm) this.confirm.again();
    else if (field) field.focus();
    // What is asked of an order that waits is answered by keys of its own: Enter twice is no answer.
    else if (this.placed.view && (this.placed.ask || this.panel.kind !== 'keypad')) return;
    else if (this.paying) this.payment.enter();
    else if (meaning.kind === 'quantity' && this.line) {
      const quantity = meaning.quantity;
      const line = this.line.id;
      this.digits = '';
      if (this.placed.isClosed) this.placed.comesBack(this.line, quantity);
      else if (this.placed.weighs(this.line)) void this.do('order_weigh', { line, weight: quantity });
      else void this.do('order_set_quantity', { line, quantity, confirmed: false });
    } else if ((meaning.kind === 'code' || meaning.kind === 'nextOrCode') && meaning.code)
      this.lookUp(meaning.code);
    else if (meaning.kind === 'nothing') this.pay();
  }

  /** A key that is no shortcut: it goes to the open panel's field; else digits to the keypad, letters to the finder. */
  key(key: string): boolean {
    const field = this.#openField();
    const takesLetters = field?.inputMode === '' && field.type === 'text';
    if (field && (takesLetters ? /^[\p{L}\d.,]$/u : /^[\d.,]$/).test(key)) {
      field.focus();
      // The field has the focus now and takes the key itself.
      return false;
    }
    if (/^[\d.,]$/.test(key)) this.type(key);
    else if (key === 'Backspace') this.backspace();
    else if (/^\p{L}$/u.test(key)) {
      this.finder.focus();
      // The field has the focus now and takes the letter itself.
      return false;
    } else return false;
    return true;
  }

  snapshot(): () => void {
    const { digits, panel, confirm } = this;
    const takeBackSearch = this.finder.snapshot();
    const takeBackOrders = this.orders.snapshot();
    const field = this.#openField();
    const value = field?.value ?? '';
    const hadFocus = document.activeElement === field;
    return () => {
      if (field && field.value !== value) fill(field, value);
      if (field && !hadFocus) field.blur();
      this.digits = digits;
      this.panel = panel;
      this.confirm = confirm;
      takeBackSearch();
      takeBackOrders();
    };
  }

  /** Does a panel's deed, and closes the panel where it was done. */
  async settle<N extends Deed>(command: N, request: Request<N>): Promise<boolean> {
    return this.do(command, request);
  }

  /** What tells the order in progress, or those that are collected together, from any other. */
  get #present(): string | undefined {
    return this.order?.group?.orders.map(({ order }) => order).join() ?? this.order?.id;
  }

  #openField(): Field | null {
    return this.panel.kind === 'keypad' ? null : (this.panelField?.() ?? null);
  }

  #currentLine(): LineView | null {
    const lines = this.order?.lines.filter((line) => !line.removed) ?? [];
    const wanted = this.#chosen ?? this.order?.lastLine;
    // Of an order that was just opened no line is meant yet.
    const fallback = this.placed.view ? null : lines.at(-1);
    return lines.find((line) => line.id === wanted) ?? fallback ?? null;
  }

  #takeQuantity() {
    const quantity = this.paying ? null : quantityOf(this.meaning);
    // Cash that is being typed stays typed: a scan adds goods and leaves the amount alone.
    if (!this.paying) this.digits = '';
    return quantity;
  }

  /** The goods in the hand stand in for the line; a code that is no product's means what it always means. */
  async #scanSubstitute(line: LineId, scanned: Scanned): Promise<void> {
    const card = await this.#app.till.ask('goods_look', { code: scanned.code }).catch(() => null);
    const isStillAsked = this.panel.kind === 'substitute' && this.panel.line === line;
    if (card && isStillAsked) this.#chooseSubstitute(line, { ...card, detail: null, price: null });
    else this.#scanGoods(scanned);
  }

  #chooseSubstitute(line: LineId, product: OtherProduct): void {
    this.finder.taken();
    this.panel = { kind: 'substitute', line, product };
  }

  #unitOf(line: LineId | null): Unit {
    return this.order?.lines.find(({ id }) => id === line)?.unit ?? 'each';
  }

  async do<N extends Deed>(command: N, request: Request<N>): Promise<boolean> {
    this.confirm = null;
    const before = this.#present;
    const lineBefore = this.order?.lastLine;
    const panelBefore = this.panel;
    const refusal = await this.#app.till.act(command, request);
    if (refusal) {
      const much = muchOf(refusal, 'line' in request ? this.#unitOf(request.line) : 'each');
      const again = () => void this.do(command, { ...request, confirmed: true });
      if (much) this.confirm = { much, again };
      return false;
    }
    if (this.order?.lastLine !== lineBefore) this.#chosen = null;
    const isAnother = this.#present !== before;
    if (isAnother) this.#chosen = null;
    if (isAnother || (!this.hasLines && this.placed.figure !== 'toGiveBack')) this.mode = 'order';
    this.placed.stepped(isAnother);
    if (isAnother) this.payment.reset();
    // What was opened meanwhile stays.
    if (this.panel === panelBefore) this.panel = KEYPAD;
    return true;
  }
}

export const [useCounter, provideCounter] = createContext<Counter>();
