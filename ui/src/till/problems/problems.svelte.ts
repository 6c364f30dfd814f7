import type { ApiError } from '../../lib/bindings/ApiError';
import type { Approval } from '../../lib/bindings/Approval';
import type { Choice } from '../../lib/bindings/Choice';
import type { ProblemCard } from '../../lib/bindings/ProblemCard';
import type { ProblemsView } from '../../lib/bindings/ProblemsView';
import { callError } from '../../lib/backend';
import { newActionId } from '../../lib/ids';
import type { App } from '../state/app.svelte';

/** What waits for somebody's decision, and which of it is looked at. */
export class ProblemsDesk {
  view = $state.raw<ProblemsView | null>(null);
  refusal = $state.raw<ApiError | null>(null);
  /** A decision that waits for a manager's word. */
  asked = $state.raw<((approval: Approval) => void) | null>(null);
  #chosen = $state<string | null>(null);
  readonly #app: App;

  readonly cards: ProblemCard[] = $derived.by(() => this.view?.problems ?? []);
  /** The one that is shown; the first where none was chosen, or the chosen one is decided. */
  readonly shown: ProblemCard | null = $derived.by(
    () => this.cards.find(({ ids }) => ids[0] === this.#chosen) ?? this.cards[0] ?? null,
  );

  constructor(app: App) {
    this.#app = app;
  }

  async open(): Promise<void> {
    await this.#ask(async () => {
      this.view = await this.#app.till.ask('problems_get', {});
    });
  }

  choose({ ids }: ProblemCard): void {
    this.#chosen = ids[0] ?? null;
    this.asked = null;
    this.refusal = null;
  }

  chooseBeside(distance: 1 | -1): void {
    const at = this.cards.findIndex((card) => card === this.shown);
    const next = this.cards[at + distance];
    if (next) this.choose(next);
  }

  /** Decides as the card was shown; the next one follows in its place. */
  decide({ ids }: ProblemCard, choice: Choice): void {
    const request = { action: newActionId(), ids, choice };
    const next = this.cards[this.cards.findIndex((card) => card.ids === ids) + 1];
    const send = async (approval: Approval | null): Promise<void> => {
      await this.#ask(async () => {
        this.view = await this.#app.till.ask('problem_decide', { ...request, approval });
        this.asked = null;
        this.#chosen = next?.ids[0] ?? null;
        this.#app.sounds.play('done');
      });
      const isAsked = ['approval_needed', 'pin_wrong', 'pin_slowed_down'].includes(this.refusal?.code ?? '');
      this.asked = isAsked ? (word) => void send(word) : null;
    };
    void send(null);
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
