import type { ApiError } from '../../lib/bindings/ApiError';
import type { GoodsCard } from '../../lib/bindings/GoodsCard';
import type { LineId } from '../../lib/bindings/LineId';
import type { LookUpGoods } from '../../lib/bindings/LookUpGoods';
import type { OtherGoods } from '../../lib/bindings/OtherGoods';
import type { RemedyKind } from '../../lib/bindings/RemedyKind';
import type { ShareView } from '../../lib/bindings/ShareView';
import type { ShortageRule } from '../../lib/bindings/ShortageRule';
import type { ShortageSettled } from '../../lib/bindings/ShortageSettled';
import type { ShortageView } from '../../lib/bindings/ShortageView';
import { SvelteMap } from 'svelte/reactivity';

import { callError } from '../../lib/backend';
import { parseDecimal } from '../../lib/decimal';
import { newActionId } from '../../lib/ids';
import type { App } from '../state/app.svelte';
import { GoodsFinder } from './goods-finder.svelte';

export const RULES: readonly ShortageRule[] = ['paid_first', 'pro_rata'];

/** What became of one share that was agreed to. */
export interface Settled {
  remedy: RemedyKind;
  after: ShortageSettled;
}

/** Less came than waiting orders want: how it is shared out, and what each order has instead. */
export class ShortageDesk {
  /** The goods that are short. */
  card = $state.raw<GoodsCard | null>(null);
  figure = $state('');
  rule = $state<ShortageRule>('paid_first');
  view = $state.raw<ShortageView | null>(null);
  refusal = $state.raw<ApiError | null>(null);
  /** The line for which other goods are chosen, and which. */
  replacing = $state.raw<{ share: ShareView; by: GoodsCard | null } | null>(null);
  readonly settled = new SvelteMap<LineId, Settled>();
  readonly finder: GoodsFinder;
  readonly #app: App;
  #asked = 0;

  readonly came = $derived.by(() => parseDecimal(this.figure, 3));
  /** Those that do not get everything. */
  readonly short: ShareView[] = $derived.by(
    () => this.view?.shares.filter(({ missing }) => missing > 0) ?? [],
  );
  /** Those of them that still wait for somebody's word. */
  readonly open: ShareView[] = $derived.by(() => this.short.filter(({ line }) => !this.settled.has(line)));

  constructor(app: App) {
    this.#app = app;
    this.finder = new GoodsFinder(app.till, (goods) => void this.look(goods));
  }

  /** The goods that are short, or that go in place of them. */
  async look(goods: LookUpGoods): Promise<void> {
    await this.#try(async () => {
      const card = await this.#app.till.ask('goods_look', goods);
      this.finder.clear();
      if (this.replacing) this.replacing = { ...this.replacing, by: card };
      else this.#begin(card);
      this.#app.sounds.play('ticked');
    });
  }

  chooseRule(rule: ShortageRule): void {
    this.rule = rule;
    void this.preview();
  }

  /** Asks how it would be shared out; nothing is changed, and a late answer is dropped. */
  async preview(): Promise<void> {
    const number = ++this.#asked;
    this.settled.clear();
    if (!this.card || this.came === null) {
      this.view = null;
      return;
    }
    const request = { variant: this.card.variant, came: this.came, rule: this.rule };
    await this.#try(async () => {
      const view = await this.#app.till.ask('shortage_preview', request);
      if (number === this.#asked) this.view = view;
    });
  }

  /** Agrees to one share, as it is shown. */
  async settle(share: ShareView, remedy: RemedyKind, by: OtherGoods | null = null): Promise<boolean> {
    const { order, line, wanted, gets } = share;
    const request = { action: newActionId(), order, line, wanted, gets, remedy, by };
    return this.#try(async () => {
      const after = await this.#app.till.ask('shortage_settle', request);
      this.settled.set(line, { remedy, after });
      this.replacing = null;
    });
  }

  /** Agrees to everything that is still open as it is proposed; stops where the till says no. */
  async settleAll(): Promise<void> {
    for (const share of this.open) {
      const [proposed] = share.remedies;
      if (!proposed || !(await this.settle(share, proposed))) return;
    }
    this.#app.sounds.play('done');
  }

  replace(share: ShareView): void {
    this.replacing = { share, by: null };
    this.finder.focus();
  }

  /** One step back; false where there is none. */
  back(): boolean {
    if (this.replacing) this.replacing = null;
    else if (this.finder.text) this.finder.clear();
    else if (this.card) this.#drop();
    else return false;
    return true;
  }

  #begin(card: GoodsCard): void {
    this.card = card;
    this.figure = '';
    this.view = null;
    this.settled.clear();
  }

  #drop(): void {
    this.#asked += 1;
    this.card = null;
    this.view = null;
    this.refusal = null;
    this.finder.focus();
  }

  async #try(deed: () => Promise<void>): Promise<boolean> {
    try {
      await deed();
      this.refusal = null;
      return true;
    } catch (reason) {
      this.refusal = callError(reason).refusal;
      this.#app.sounds.play('error');
      return false;
    }
  }
}
