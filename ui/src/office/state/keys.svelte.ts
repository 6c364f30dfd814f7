// Keys for people who have no hand for the mouse. A key that somebody types into a field is never taken.
import { isField } from '../../lib/typing';

/** Answers whether the key was meant for it. */
export type Reaction = (key: string) => boolean;

/** A second key counts as following the first as long as this. */
const SEQUENCE_MS = 1200;

export class Keys {
  #reactions: Reaction[] = [];
  #first = { key: '', at: 0 };

  listen(): () => void {
    const onkeydown = (event: KeyboardEvent) => this.#press(event);
    addEventListener('keydown', onkeydown);
    return () => removeEventListener('keydown', onkeydown);
  }

  /** The latest that reacts is asked first. For an effect: what it returns ends it. */
  react(reaction: Reaction): () => void {
    this.#reactions = [reaction, ...this.#reactions];
    return () => (this.#reactions = this.#reactions.filter((each) => each !== reaction));
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // An open dialog has the keys to itself; Escape closes it without us.
    if (document.querySelector('dialog[open]')) return;
    const inField = isField(event.target) || event.target instanceof HTMLSelectElement;
    if (inField && event.key !== 'Escape') return;
    const follows = this.#first.key === 'g' && event.timeStamp - this.#first.at < SEQUENCE_MS;
    const key = follows ? `g ${event.key}` : event.key;
    this.#first = { key: event.key, at: event.timeStamp };
    if (this.#reactions.some((reaction) => reaction(key))) event.preventDefault();
  }
}
