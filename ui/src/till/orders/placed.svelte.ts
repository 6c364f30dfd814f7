import type { HandOverWhat } from '../../lib/bindings/HandOverWhat';
import type { LineView } from '../../lib/bindings/LineView';
import type { Money } from '../../lib/bindings/Money';
import type { OrderView } from '../../lib/bindings/OrderView';
import type { Param } from '../../lib/bindings/Param';
import type { PlacedView } from '../../lib/bindings/PlacedView';
import type { Request } from '../../lib/backend';
import { newActionId } from '../../lib/ids';
import type { TillState, Deed } from '../state/till.svelte';

/** What is asked in place, above the figure. */
export type Ask =
  /** Some lines were seen and some not. What was asked for goes on once everything is there. */
  { kind: 'partly'; then: () => void } | { kind: 'leave' };

/** Which way the one figure goes. */
export type Figure = 'toPay' | 'toGiveBack' | 'settled';

/** What the counter does for an order that was placed before. */
interface Counter {
  readonly order: OrderView | null;
  do<N extends Deed>(command: N, request: Request<N>): Promise<boolean>;
  /** Asks for the money that is due, an amount of it already typed. */
  askForMoney(amount: Money | null): void;
}

/** An order that was placed before and is open at the counter: checked, settled and handed over. */
export class PlacedOrder {
  #asked = $state.raw<Ask | null>(null);
  /** Only what is ticked is to go, as soon as it is paid for. */
  #onlyTicked = false;
  readonly #counter: Counter;
  readonly #till: TillState;

  readonly view: PlacedView | null = $derived.by(() => this.#counter.order?.placed ?? null);
  readonly figure: Figure | null = $derived.by(() => {
    if (!this.view) return null;
    const { toSettle } = this.view.settlement;
    return toSettle > 0 ? 'toPay' : toSettle < 0 ? 'toGiveBack' : 'settled';
  });
  /** What was ordered and not seen yet. */
  readonly missing: LineView[] = $derived.by(() => {
    const lines = this.view ? (this.#counter.order?.lines ?? []) : [];
    return lines.filter(({ check }) => check && !check.complete);
  });
  /** Whether it was begun to check the order, and something was not seen. */
  readonly isPartly = $derived.by(() => {
    const lines = this.view ? (this.#counter.order?.lines ?? []) : [];
    const begun = lines.some(({ check, fromShelf }) => check && !fromShelf && check.ticked > 0);
    return begun && this.missing.length > 0;
  });
  /** A question whose reason is gone is gone, too. */
  readonly ask = $derived.by(() => {
    if (!this.view || (this.#asked?.kind === 'partly' && !this.isPartly)) return null;
    return this.#asked;
  });

  constructor(counter: Counter, till: TillState) {
    this.#counter = counter;
    this.#till = till;
  }

  /** Whether a number typed after the line is what its goods weigh. */
  weighs(line: LineView | null): boolean {
    return this.view !== null && line !== null && line.unit !== 'each' && !line.fromShelf;
  }

  /** Whether it has to be said what becomes of the line's goods when it is taken off. */
  asksFate(line: LineView): boolean {
    return this.view !== null && !line.fromShelf;
  }

  tick(line: LineView): void {
    if (line.check && !line.fromShelf) void this.#counter.do('order_tick', { line: line.id });
  }

  /** Everything is there; what waited for that goes on. */
  async allThere(): Promise<void> {
    if (this.missing.length === 0) return;
    const ask = this.ask;
    const done = await this.#counter.do('order_tick_all', {});
    if (done && ask?.kind === 'partly') ask.then();
  }

  /** Hands over what was seen. Where that is not paid for yet, its money is asked for first. */
  async onlyTicked(): Promise<void> {
    if (!this.isPartly || (await this.#handOver('ticked'))) return;
    const refusal = this.#till.refusal;
    if (refusal?.code !== 'order_not_settled') return;
    const { due } = refusal.params as { due?: Param };
    if (due?.kind !== 'money' || due.value <= 0) return;
    this.#asked = null;
    this.#onlyTicked = true;
    this.#counter.askForMoney(due.value);
  }

  /** Everything goes over the counter, unless it was begun to check and something was not seen. */
  handOver(): void {
    this.whenSeen(() => void this.#handOver('everything'));
  }

  /**
   * Does it at once where nothing is known to be missing, else after the cashier has said so. Who has chosen only what
   * is ticked is asked again before a payment that settles everything, because everything would go with it.
   */
  whenSeen(act: () => void, settles = false): void {
    if (this.isPartly && (settles || !this.#onlyTicked)) this.#asked = { kind: 'partly', then: act };
    else act();
  }

  /** Keeps what was changed, and the order waits on. */
  save(): void {
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

  /** Forgets what was asked, and what was answered and is not done yet. */
  stop(): void {
    this.#asked = null;
    this.#onlyTicked = false;
  }

  /** A step was taken: what was not seen is asked on for as long as it is not seen. */
  stepped({ isAnother, paid }: { isAnother: boolean; paid: boolean }): void {
    const goesOn = this.#onlyTicked && paid && !isAnother;
    if (isAnother || !this.isPartly || this.#asked?.kind === 'leave') this.#asked = null;
    this.#onlyTicked = goesOn;
    if (goesOn) void this.onlyTicked();
  }

  #handOver(what: HandOverWhat): Promise<boolean> {
    return this.#counter.do('order_hand_over', { action: newActionId(), what });
  }
}
