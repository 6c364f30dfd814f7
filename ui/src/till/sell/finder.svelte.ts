import type { ProductCard } from '../../lib/bindings/ProductCard';
import type { TillState } from '../state/till.svelte';

const IN_A_CATEGORY = 60;
/** More than a screen shows at once; who does not see it types on. */
const FOUND = 24;

/** What is looked for, and what was found. */
export class Finder {
  text = $state('');
  category = $state<string | null>(null);
  products = $state.raw<ProductCard[]>([]);
  more = $state(false);
  /** The text and category that `products` answer. */
  answered = $state<string | null>(null);
  field = $state<HTMLInputElement | null>(null);
  /** Whether it was opened, and nothing was taken since: on a small screen it covers the order. */
  open = $state(false);
  /** Which of the products Enter takes. */
  index = $state(0);
  readonly #till: TillState;
  #asked = 0;
  /** Enter was pressed before the answer came: what to do with the first hit. */
  #awaited: ((product: ProductCard) => void) | null = null;

  constructor(till: TillState) {
    this.#till = till;
  }

  get isUsed(): boolean {
    return this.text !== '' || this.category !== null || this.open;
  }

  get isSearching(): boolean {
    return this.text.trim() !== '' || this.category !== null;
  }

  /** The digits that Enter would look up as a code; null where the text is no code. */
  get code(): string | null {
    return /^\d+$/.test(this.text.trim()) ? this.text.trim() : null;
  }

  /** The product that Enter takes; none while the answer to what is typed is under way. */
  get hit(): ProductCard | null {
    const answers = this.text.trim() !== '' && this.answered === this.text.trim();
    return answers ? (this.products[this.index] ?? null) : null;
  }

  /** Takes the hit, or does so as soon as the till has answered. */
  takeHit(take: (product: ProductCard) => void): void {
    if (this.hit) take(this.hit);
    else if (this.answered !== this.text.trim()) this.#awaited = take;
  }

  focus(): void {
    this.field?.focus();
  }

  reset(): void {
    this.#asked += 1;
    this.#awaited = null;
    this.text = '';
    this.category = null;
    this.answered = null;
    this.products = [];
    this.open = false;
    this.field?.blur();
  }

  /** After a product was taken: a search is over, a category stays for the next one. */
  taken(): void {
    if (this.text !== '') this.reset();
    this.open = false;
  }

  show(text: string): void {
    this.text = text;
    this.category = null;
    this.focus();
    void this.search();
  }

  choose(category: string): void {
    this.category = this.category === category ? null : category;
    this.text = '';
    void this.search();
  }

  /** Asks the till; an answer that comes after a later question is dropped. */
  async search(): Promise<void> {
    const number = ++this.#asked;
    this.#awaited = null;
    const text = this.text.trim();
    const category = this.category;
    if (text === '' && category === null) {
      this.answered = null;
      this.products = [];
      return;
    }
    const answer =
      text === '' && category !== null
        ? this.#till.ask('category_products', { category, limit: IN_A_CATEGORY })
        : this.#till.ask('product_search', { text, category, limit: FOUND });
    const found = await answer.catch(() => null);
    if (number !== this.#asked || !found) return;
    this.products = found.products;
    this.more = found.more;
    this.answered = text;
    this.index = 0;
    this.#takeAwaited();
  }

  #takeAwaited(): void {
    const take = this.#awaited;
    this.#awaited = null;
    if (take && this.hit) take(this.hit);
  }

  /** Moves the mark by so many products; past the ends it stays. */
  move(distance: number): void {
    const next = this.index + distance;
    if (next >= 0 && next < this.products.length) this.index = next;
  }

  snapshot(): () => void {
    const { text, category, open } = this;
    const hadFocus = document.activeElement === this.field;
    return () => {
      if (this.text !== text) {
        this.text = text;
        this.category = category;
        void this.search();
      }
      this.open = open;
      if (!hadFocus) this.field?.blur();
    };
  }
}
