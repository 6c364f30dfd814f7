import type { ApiError } from '../../lib/bindings/ApiError';
import type { GoodsAct } from '../../lib/bindings/GoodsAct';
import type { GoodsCard } from '../../lib/bindings/GoodsCard';
import type { GoodsTo } from '../../lib/bindings/GoodsTo';
import type { GoodsView } from '../../lib/bindings/GoodsView';
import type { LookUpGoods } from '../../lib/bindings/LookUpGoods';
import { callError } from '../../lib/backend';
import { parseDecimal } from '../../lib/decimal';
import { newActionId } from '../../lib/ids';
import type { App } from '../state/app.svelte';
import { GoodsFinder } from './goods-finder.svelte';

export const ACTS: readonly GoodsAct[] = ['delivery', 'waste', 'ownUse', 'transfer', 'count'];

/** Goods that come, go or are counted without an order: what is being entered, and what was today. */
export class StockDesk {
  act = $state<GoodsAct>('delivery');
  view = $state.raw<GoodsView | null>(null);
  /** The goods that are entered next. */
  card = $state.raw<GoodsCard | null>(null);
  figure = $state('');
  announced = $state('');
  /** Stays for the next goods of the same delivery. */
  reference = $state('');
  /** Stays for the next goods. */
  why = $state<string | null>(null);
  to = $state<string | null>(null);
  refusal = $state.raw<ApiError | null>(null);
  /** It was scanned on while something typed waits for its Enter. */
  pending = $state(false);
  /** What has the focus next: the quantity once the goods are known. */
  quantityField = $state<HTMLInputElement | null>(null);
  readonly finder: GoodsFinder;
  readonly #app: App;
  /** The id of what is being entered: pressed twice it is entered once. */
  #action = newActionId();
  #sending = false;
  /** Whether the figure was typed, and not only proposed. */
  #typed = false;

  readonly quantity = $derived.by(() => parseDecimal(this.figure, 3));
  /** Whether Enter enters it. */
  readonly isComplete = $derived.by(() => {
    if (!this.card?.keepsStock || this.quantity === null) return false;
    if (this.act === 'count') return true;
    if (this.act === 'delivery') return this.quantity > 0 || this.announced !== '';
    if (this.quantity === 0) return false;
    return this.act === 'transfer' ? this.to !== null : this.why !== null;
  });

  constructor(app: App) {
    this.#app = app;
    this.finder = new GoodsFinder(app.till, (goods) => void this.look(goods));
  }

  async open(): Promise<void> {
    await this.#ask(async () => {
      this.view = await this.#app.till.ask('goods_get', {});
      this.to ??= this.view.places[0]?.location ?? null;
    });
  }

  choose(act: GoodsAct): void {
    this.act = act;
    this.refusal = null;
    this.why = null;
    if (this.card) this.#begin(this.card);
    else this.finder.focus();
  }

  /** The act beside the present one; past the ends it stays. */
  chooseBeside(distance: 1 | -1): void {
    const next = ACTS[ACTS.indexOf(this.act) + distance];
    if (next) this.choose(next);
  }

  /** Goods that were scanned. What is typed and not entered yet is not lost without a word. */
  scan(code: string): void {
    if (this.card && this.figure !== '' && this.#typed) {
      this.#app.sounds.play('error');
      this.pending = true;
      return;
    }
    void this.look({ code });
  }

  typed(): void {
    this.#typed = true;
    this.pending = false;
  }

  async look(what: LookUpGoods): Promise<void> {
    await this.#ask(async () => {
      const card = await this.#app.till.ask('goods_look', what);
      this.finder.clear();
      this.#begin(card);
      this.#app.sounds.play('ticked');
    });
  }

  /** Enters it; the same goods twice only with another Enter. */
  async enter(): Promise<void> {
    if (!this.isComplete || this.#sending) return;
    this.#sending = true;
    await this.#ask(async () => {
      this.view = await this.#send();
      this.#app.sounds.play('added');
      this.drop();
    });
    this.#sending = false;
  }

  /** Takes an entry back. */
  async undo(entry: string): Promise<void> {
    await this.#ask(async () => {
      this.view = await this.#app.till.ask('goods_undo', { entry });
    });
  }

  /** The goods are put aside, and the next ones are looked for. */
  drop(): void {
    this.card = null;
    this.figure = '';
    this.announced = '';
    this.#typed = false;
    this.pending = false;
    this.refusal = null;
    this.finder.focus();
  }

  #begin(card: GoodsCard): void {
    this.card = card;
    this.#action = newActionId();
    // What is thrown away or used is mostly one; a delivery and a count are always said.
    const isOne = card.unit === 'each' && this.act !== 'delivery' && this.act !== 'count';
    this.figure = isOne ? '1' : '';
    this.announced = '';
    this.#typed = false;
    this.pending = false;
  }

  #send(): Promise<GoodsView> {
    const { till } = this.#app;
    const action = this.#action;
    const variant = this.card?.variant ?? '';
    const quantity = this.quantity ?? 0;
    if (this.act === 'count') return till.ask('goods_count', { action, variant, figure: quantity });
    if (this.act === 'delivery') {
      const announced = parseDecimal(this.announced, 3);
      const reference = this.reference.trim() || null;
      return till.ask('goods_receive', { action, variant, came: quantity, announced, reference });
    }
    const why = this.act === 'transfer' ? null : this.why;
    return till.ask('goods_take_out', { action, variant, quantity, to: this.#where(), why });
  }

  #where(): GoodsTo {
    if (this.act === 'transfer') return { kind: 'location', location: this.to ?? '' };
    return { kind: this.act === 'ownUse' ? 'ownUse' : 'waste' };
  }

  async #ask(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
      this.refusal = null;
    } catch (reason) {
      this.refusal = callError(reason).refusal;
      this.#app.sounds.play('error');
    }
  }
}
