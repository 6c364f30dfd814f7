import type { ApiError } from '../../lib/bindings/ApiError';
import { type Formats, formats, regionOf } from '../../lib/format';
import { type Messages, messagesIn } from '../../lib/messages';
import { Words } from '../../lib/messages/words';
import type { TillState } from './till.svelte';

/** Words and figures in the reader's language; follows the till's state. */
export class Locale {
  readonly #till: TillState;
  readonly m: Messages = $derived.by(() => messagesIn(this.language));
  readonly f: Formats = $derived.by(() => formats(regionOf(this.language, this.#till.view?.hub ?? null)));
  readonly #plural: Intl.PluralRules = $derived.by(() => new Intl.PluralRules(this.language));
  readonly #countries: Intl.DisplayNames = $derived.by(
    () => new Intl.DisplayNames([this.language], { type: 'region' }),
  );

  constructor(till: TillState) {
    this.#till = till;
  }

  get language(): string {
    return this.#till.view?.language ?? navigator.language.slice(0, 2);
  }

  /** A count, and whether it takes the singular, for messages that bend with it. */
  n(count: number): [string, boolean] {
    return [this.f.count(count), this.#plural.select(count) === 'one'];
  }

  /** The sentence for a code. */
  sentence({ code, params }: Pick<ApiError, 'code' | 'params'>): string {
    return this.m.codes[code](new Words(params, this.f));
  }

  country(code: string): string {
    return this.#countries.of(code) ?? code;
  }
}
