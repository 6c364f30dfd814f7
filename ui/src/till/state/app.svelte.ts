import { createContext } from 'svelte';

import type { Scanned } from '../../lib/scanner/wedge';
import type { ShortcutId } from '../../lib/keys/shortcuts';
import type { Backend } from '../../lib/backend';
import { Locale } from './locale.svelte';
import { Sounds } from './sounds';
import { Theme } from './theme.svelte';
import { TillState } from './till.svelte';

/** What a view does with what is scanned or pressed while it is shown. */
export interface Reaction {
  /** A code that was scanned; true where it was of use. */
  scan?: (scan: Scanned) => boolean;
  /** A shortcut; true where it was of use. */
  shortcut?: (id: ShortcutId) => boolean;
  /** Any other key outside of a field; true where it was of use. */
  key?: (key: string) => boolean;
  /** A text to look for by name. */
  search?: (text: string) => void;
  /** Remembers what typing can change, and answers how to take it back. */
  snapshot?: () => () => void;
}

export type Page = 'status' | 'help';

/** Everything that views share: the till's state, words, the pages that open over any screen. */
export class App {
  readonly till: TillState;
  readonly locale: Locale;
  readonly sounds = new Sounds();
  readonly theme: Theme;
  page = $state<Page | null>(null);
  readonly #reactions: Reaction[] = [];

  constructor(backend: Backend) {
    this.till = new TillState(backend, this.sounds);
    this.locale = new Locale(this.till);
    this.theme = new Theme(backend);
  }

  /** Lets a view react until the returned function is called; the latest view is asked first. */
  react(reaction: Reaction): () => void {
    this.#reactions.push(reaction);
    return () => this.#reactions.splice(this.#reactions.indexOf(reaction), 1);
  }

  /** Gives a scan to the view; false where no view has a use for it. */
  scan(scan: Scanned, inField: boolean): boolean {
    // Over the sale lie only pages of settings: what is scanned into a field there is meant for it.
    if (this.page !== null && inField) return false;
    return this.#reactions.toReversed().some((reaction) => reaction.scan?.(scan) ?? false);
  }

  shortcut(id: ShortcutId): boolean {
    return this.#reactions.toReversed().some((reaction) => reaction.shortcut?.(id) ?? false);
  }

  key(key: string): boolean {
    return this.#reactions.toReversed().some((reaction) => reaction.key?.(key) ?? false);
  }

  search(text: string): void {
    this.page = null;
    this.#reactions.findLast((reaction) => reaction.search)?.search?.(text);
  }

  snapshot(): () => void {
    const undo = this.#reactions.map((reaction) => reaction.snapshot?.());
    return () => undo.forEach((takeBack) => takeBack?.());
  }
}

export const [useApp, provideApp] = createContext<App>();
