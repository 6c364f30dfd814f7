import { untrack } from 'svelte';

import { Failure, OUT_OF_DATE } from './api';

/**
 * What the server said last to a question, and that it is being asked again. The old answer stays in sight
 * while the new one is under way; an answer that comes after a later question is dropped.
 */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<Failure | null>(null);
  loading = $state(true);
  readonly #ask: () => Promise<T>;
  #asked = 0;

  /** Asks at once, and again whenever something changes that the question reads. */
  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
    $effect(() => {
      const answer = ask();
      untrack(() => void this.#take(answer));
    });
    // Who comes back to the page sees what is, not what was.
    $effect(() => {
      const back = () => {
        // Under an open form things stay as they were seen, so that the server can tell what was not.
        const isFree = document.visibilityState === 'visible' && !document.querySelector('dialog[open]');
        if (isFree) void this.refresh();
      };
      const anew = () => void this.refresh();
      document.addEventListener('visibilitychange', back);
      addEventListener(OUT_OF_DATE, anew);
      return () => {
        document.removeEventListener('visibilitychange', back);
        removeEventListener(OUT_OF_DATE, anew);
      };
    });
  }

  /** Asks the same once more. */
  async refresh(): Promise<void> {
    await this.#take(this.#ask());
  }

  async #take(answer: Promise<T>): Promise<void> {
    const number = ++this.#asked;
    this.loading = true;
    try {
      const value = await answer;
      if (number !== this.#asked) return;
      this.value = value;
      this.failure = null;
    } catch (error) {
      if (number !== this.#asked) return;
      this.failure = Failure.of(error);
    } finally {
      if (number === this.#asked) this.loading = false;
    }
  }
}
