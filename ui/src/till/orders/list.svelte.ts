import type { ApiError } from '../../lib/bindings/ApiError';
import type { OrderCard } from '../../lib/bindings/OrderCard';
import type { OrdersView } from '../../lib/bindings/OrdersView';
import type { SlotView } from '../../lib/bindings/SlotView';
import { newActionId } from '../../lib/ids';
import type { TillState } from '../state/till.svelte';

/** The list of orders that wait: what is looked for, what the till found, and which one is marked. */
export class OrdersList {
  isOpen = $state(false);
  text = $state('');
  /** Also those that are done. */
  withDone = $state(false);
  view = $state.raw<OrdersView | null>(null);
  /** The text that `view` answers. */
  answered = $state('');
  /** Which of the orders Enter opens. */
  index = $state(0);
  /** The order whose further actions are shown. */
  chosen = $state<string | null>(null);
  field = $state<HTMLInputElement | null>(null);
  /** A paper that was asked for last; gone with the next question. */
  queued = $state<'pickList' | 'label' | 'slip' | null>(null);
  readonly #till: TillState;
  #slot: string | null = null;
  #withoutSlot = false;
  #asked = 0;
  /** Enter was pressed before the answer came. */
  #awaited: ((order: OrderCard) => void) | null = null;

  readonly orders = $derived.by(() => this.view?.orders ?? []);
  readonly sheet = $derived.by(() => this.orders.find(({ order }) => order === this.chosen) ?? null);
  /** The order that Enter opens; none while the answer to what is typed is under way. */
  readonly marked = $derived.by(() =>
    this.answered === this.text.trim() ? (this.orders[this.index] ?? null) : null,
  );

  constructor(till: TillState) {
    this.#till = till;
  }

  open(): void {
    this.isOpen = true;
    this.#till.refusal = null;
    this.text = '';
    this.#slot = null;
    this.#withoutSlot = false;
    this.chosen = null;
    this.index = 0;
    void this.search();
  }

  close(): void {
    this.isOpen = false;
    this.#asked += 1;
    this.#awaited = null;
  }

  isOn(slot: SlotView): boolean {
    return this.text.trim() === '' && slot.slot === (this.view?.slot ?? null);
  }

  choose(slot: SlotView): void {
    this.#slot = slot.slot;
    this.#withoutSlot = slot.slot === null;
    this.text = '';
    this.field?.focus();
    void this.search();
  }

  showDone(shown: boolean): void {
    this.withDone = shown;
    void this.search();
  }

  /** Shows the further actions of the order in that place, or no longer. */
  more(index: number): void {
    const order = this.orders[index]?.order ?? null;
    this.index = index;
    this.chosen = this.chosen === order ? null : order;
    this.queued = null;
  }

  leaveSheet(): void {
    this.chosen = null;
    this.field?.focus();
  }

  clear(): void {
    this.text = '';
    this.field?.focus();
    void this.search();
  }

  /** Asks the till; an answer that comes after a later question is dropped. */
  async search(): Promise<void> {
    this.index = 0;
    this.queued = null;
    await this.#ask();
  }

  /** Asks the same again after something has changed; the mark stays with its order. */
  async refresh(): Promise<void> {
    const marked = this.marked?.order;
    await this.#ask();
    const at = this.orders.findIndex(({ order }) => order === marked);
    if (at >= 0) this.index = at;
  }

  /** Does it with the marked order, or as soon as the till has answered. */
  take(take: (order: OrderCard) => void): void {
    if (this.marked) take(this.marked);
    else if (this.answered !== this.text.trim()) this.#awaited = take;
  }

  /** Moves the mark; past the ends it stays at them. */
  move(distance: number): void {
    const last = this.orders.length - 1;
    this.index = Math.max(0, Math.min(last, this.index + distance));
  }

  /** Prints what is to be picked for the slot on screen. */
  async printPickList(): Promise<void> {
    const slot = this.view?.slot ?? null;
    await this.#print('pickList', () => this.#till.act('print_pick_list', { action: newActionId(), slot }));
  }

  async printLabel({ order }: OrderCard): Promise<void> {
    await this.#print('label', () => this.#till.act('print_basket_label', { action: newActionId(), order }));
  }

  async printSlip({ order }: OrderCard): Promise<void> {
    await this.#print('slip', () => this.#till.act('print_order_slip', { action: newActionId(), order }));
  }

  async #print(paper: 'pickList' | 'label' | 'slip', deed: () => Promise<ApiError | null>): Promise<void> {
    this.queued = null;
    if (!(await deed())) this.queued = paper;
  }

  snapshot(): () => void {
    const { text } = this;
    return () => {
      if (this.text === text) return;
      this.text = text;
      void this.search();
    };
  }

  async #ask(): Promise<void> {
    const number = ++this.#asked;
    this.#awaited = null;
    const text = this.text.trim();
    const answer = this.#till.ask('orders_list', {
      text,
      slot: this.#slot,
      withoutSlot: this.#withoutSlot,
      withDone: this.withDone,
    });
    const view = await answer.catch(() => null);
    if (number !== this.#asked || !view) return;
    this.view = view;
    this.answered = text;
    this.move(0);
    const take = this.#awaited as ((order: OrderCard) => void) | null;
    this.#awaited = null;
    if (take && this.marked) take(this.marked);
  }
}
