import type { LookUpGoods } from '../../lib/bindings/LookUpGoods';
import type { ProductCard } from '../../lib/bindings/ProductCard';
import type { TillState } from '../state/till.svelte';

const FOUND = 6;

/** Goods that are looked for by name or code, outside of a sale. */
export class GoodsFinder {
  text = $state('');
  found = $state.raw<ProductCard[] | null>(null);
  /** Which of what was found Enter takes. */
  index = $state(0);
  field = $state<HTMLInputElement | null>(null);
  readonly #till: TillState;
  readonly #take: (goods: LookUpGoods) => void;
  #asked = 0;

  /** `take` is told which goods were meant. */
  constructor(till: TillState, take: (goods: LookUpGoods) => void) {
    this.#till = till;
    this.#take = take;
  }

  focus(): void {
    this.field?.focus();
  }

  clear(): void {
    this.#asked += 1;
    this.text = '';
    this.found = null;
  }

  /** Asks for goods by name; an answer that comes after a later question is dropped. */
  async search(): Promise<void> {
    const number = ++this.#asked;
    const text = this.text.trim();
    if (text === '') {
      this.found = null;
      return;
    }
    const answer = await this.#till
      .ask('product_search', { text, category: null, limit: FOUND })
      .catch(() => null);
    if (number !== this.#asked || !answer) return;
    this.found = answer.products;
    this.index = 0;
  }

  choose({ variant }: ProductCard): void {
    this.clear();
    this.#take({ variant });
  }

  /** Enter: a number is a code, a name its marked hit. */
  async enter(): Promise<void> {
    const text = this.text.trim();
    if (/^\d+$/.test(text)) {
      this.clear();
      return this.#take({ code: text });
    }
    if (this.found === null) await this.search();
    const hit = this.found?.[this.index];
    if (hit) this.choose(hit);
  }

  /** Moves the mark; past the ends it stays at them. */
  move(distance: number): void {
    const last = (this.found?.length ?? 1) - 1;
    this.index = Math.max(0, Math.min(last, this.index + distance));
  }
}
