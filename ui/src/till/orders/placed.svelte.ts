import type { HandOverWhat } from '../../lib/bindings/HandOverWhat';
import type { GroupView } from '../../lib/bindings/GroupView';
import type { LineView } from '../../lib/bindings/LineView';
import type { Money } from '../../lib/bindings/Money';
import type { OrderId } from '../../lib/bindings/OrderId';
import type { PlacedView } from '../../lib/bindings/PlacedView';
import type { Quantity } from '../../lib/bindings/Quantity';
import { newActionId } from '../../lib/ids';
import type { Counter } from '../sell/counter.svelte';

/** What is asked in place, above the figure. */
export type Ask =
  /** Some lines were seen and some not. What was asked for goes on once everything is there. */
  { kind: 'partly'; then: () => void } | { kind: 'leave' };

/** Which way the one figure goes. */
export type Figure = 'toPay' | 'toGiveBack' | 'settled';

/** An order that was placed before and is open at the counter: checked, settled and handed over. */
export class PlacedOrder {
  #asked = $state.raw<Ask | null>(null);
  readonly #counter: Counter;

  readonly view: PlacedView | null = $derived.by(() => this.#counter.order?.placed ?? null);
  /** The orders that are collected together, or the one that goods come back of and the one that they go into. */
  readonly group: GroupView | null = $derived.by(() => this.#counter.order?.group ?? null);
  /** Nothing more of it is handed over: only its money is settled, and goods may come back. */
  readonly isClosed: boolean = $derived.by(() => this.view?.closed ?? false);
  /** What is still to pay; negative: to give back. None for a sale of the shelf alone. */
  readonly toSettle: Money | null = $derived.by(
    () => this.group?.toSettle ?? this.view?.settlement.toSettle ?? null,
  );
  /** An order whose business is done, opened and left as it was. */
  readonly isUntouched: boolean = $derived.by(
    () => this.isClosed && this.group === null && !this.view?.changed,
  );
  readonly figure: Figure | null = $derived.by(() => {
    if (this.toSettle === null) return null;
    const { goes, due } = this.#counter.payment;
    const figure = goes === 'ticked' ? due.due : this.toSettle;
    return figure > 0 ? 'toPay' : figure < 0 ? 'toGiveBack' : 'settled';
  });
  /** What was ordered and not seen yet. */
  readonly missing: LineView[] = $derived.by(() =>
    this.#waiting.filter(({ check }) => check && !check.complete),
  );
  /** Whether it was begun to check the order, and something was not seen. */
  readonly isPartly = $derived.by(() => {
    const begun = this.#waiting.some(({ check, fromShelf }) => check && !fromShelf && check.ticked > 0);
    return begun && this.missing.length > 0;
  });
  /** A question whose reason is gone is gone, too. */
  readonly ask = $derived.by(() => {
    if (!this.view || (this.#asked?.kind === 'partly' && !this.isPartly)) return null;
    return this.#asked;
  });
  readonly #waiting: LineView[] = $derived.by(() =>
    this.view && !this.isClosed ? (this.#counter.order?.lines ?? []) : [],
  );

  constructor(counter: Counter) {
    this.#counter = counter;
  }

  /** Whether a number typed after the line is what its goods weigh. */
  weighs(line: LineView | null): boolean {
    return this.view !== null && !this.isClosed && line !== null && line.unit !== 'each' && !line.fromShelf;
  }

  /** Whether it has to be said what becomes of the line's goods when it is taken off. */
  asksFate(line: LineView): boolean {
    return this.view !== null && !line.fromShelf;
  }

  tick(line: LineView): void {
    if (this.isClosed) this.comesBack(line);
    else if (line.check && !line.fromShelf) void this.#counter.do('order_tick', { line: line.id });
  }

  /** Asks how much of a line that was fetched comes back, and why. */
  comesBack(line: LineView, quantity: Quantity | null = null): void {
    if (line.back) this.#counter.open({ kind: 'returnLine', line: line.id, quantity });
  }

  /** Shows another of the orders that are collected together; false where there is none. */
  showBeside(distance: 1 | -1): boolean {
    const orders = this.group?.orders ?? [];
    const next = orders[orders.findIndex(({ shown }) => shown) + distance];
    if (next) this.show(next.order);
    return orders.length > 0;
  }

  /** Whether there is anything to take over: another till has it in hand, or took it. */
  get canTakeOver(): boolean {
    const contest = this.view?.contest;
    return contest ? contest.contest !== 'ours' && !contest.elsewhere.putAside : false;
  }

  /** Says at the other till that it is gone on with here. */
  takeOver(): void {
    const order = this.#counter.order?.id;
    if (order && this.canTakeOver) void this.#counter.do('order_take_over', { order });
  }

  show(order: OrderId): void {
    void this.#counter.do('group_show', { order });
  }

  /** Everything is there; what waited for that goes on. */
  async allThere(): Promise<void> {
    if (this.missing.length === 0) return;
    const ask = this.ask;
    const done = await this.#counter.do('order_tick_all', {});
    if (done && ask?.kind === 'partly') ask.then();
  }

  /** Hands over what was seen. Where that is not paid for yet, its money is asked for first. */
  onlyTicked(): void {
    this.#counter.payment.choose('ticked');
    if (this.#counter.payment.goes === 'ticked' && this.figure === 'settled') this.conclude();
  }

  /** What Enter does once nothing is to be paid or given back. */
  conclude(): void {
    const { goes } = this.#counter.payment;
    if (this.isUntouched) this.throwAway();
    else this.whenSeen(() => void this.#handOver(goes === 'ticked' ? 'ticked' : 'everything'));
  }

  /** Does it at once where nothing is known to be missing, else after the cashier has said so. */
  whenSeen(act: () => void): void {
    if (this.isPartly && this.#counter.payment.goes === 'everything')
      this.#asked = { kind: 'partly', then: act };
    else act();
  }

  /** Keeps what was changed, and the order waits on. */
  save(): void {
    if (this.isClosed) return this.leave();
    const taken = this.#counter.order?.pay.taken.length ?? 0;
    if (this.view?.changed || taken > 0) void this.#handOver('nothing');
    else this.throwAway();
  }

  /** Puts the order back; what was changed is not lost without a word. */
  leave(): void {
    if (this.view?.changed) this.#asked = { kind: 'leave' };
    else this.throwAway();
  }

  throwAway(): void {
    void this.#counter.do('order_discard', { action: newActionId(), reason: null, approval: null });
  }

  goOn(): void {
    this.#asked = null;
  }

  /** A step was taken: what was not seen is asked on for as long as it is not seen. */
  stepped(isAnother: boolean): void {
    if (isAnother || !this.isPartly || this.#asked?.kind === 'leave') this.#asked = null;
  }

  #handOver(what: HandOverWhat): Promise<boolean> {
    return this.#counter.do('order_hand_over', { action: newActionId(), what });
  }
}
