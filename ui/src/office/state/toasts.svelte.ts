export interface Toast {
  number: number;
  text: string;
  tone: 'done' | 'problem';
  /** Takes back what was done. */
  undo: (() => void) | null;
}

/** How long a sentence stays that nobody has to answer; with something to press, longer. */
const STAYS_MS = 5000;
const STAYS_WITH_UNDO_MS = 10_000;

/** What was done, said in passing. */
export class Toasts {
  list = $state.raw<Toast[]>([]);
  #count = 0;

  done(text: string, undo: (() => void) | null = null): void {
    this.#show({ number: ++this.#count, text, tone: 'done', undo });
  }

  problem(text: string): void {
    this.#show({ number: ++this.#count, text, tone: 'problem', undo: null });
  }

  drop(number: number): void {
    this.list = this.list.filter((toast) => toast.number !== number);
  }

  #show(toast: Toast): void {
    // Two at a time: more would hide the page on a phone.
    this.list = [...this.list.slice(-1), toast];
    setTimeout(() => this.drop(toast.number), toast.undo ? STAYS_WITH_UNDO_MS : STAYS_MS);
  }
}
