import type { Deed } from '../../lib/bindings/office/Deed';
import type { Fact } from '../../lib/bindings/office/Fact';
import type { FactValue } from '../../lib/bindings/office/FactValue';
import type { TenderKind } from '../../lib/bindings/office/TenderKind';
import { type Formats, formats } from '../../lib/format';

import { LANGUAGES, type OfficeMessages, officeMessagesIn } from '../../lib/messages/office';
import { Failure } from './api';
import type { Session } from './session.svelte';
import type { Toasts } from './toasts.svelte';

const KEY = 'comptoir.language';

/** Words and figures in the reader's language, by the habits of the hub's country. */
export class Locale {
  language = $state(spoken());
  readonly #session: Session;
  readonly m: OfficeMessages = $derived.by(() => officeMessagesIn(this.language));
  readonly f: Formats = $derived.by(() => {
    const hub = this.#session.view?.hub;
    return formats({
      language: this.language,
      country: hub?.country ?? null,
      currency: hub?.currency ?? 'EUR',
      currencyDecimals: hub?.currencyDecimals ?? 2,
      timeZone: hub?.zone,
    });
  });
  readonly #plural: Intl.PluralRules = $derived.by(() => new Intl.PluralRules(this.language));
  readonly #ago: Intl.RelativeTimeFormat = $derived.by(
    () => new Intl.RelativeTimeFormat(this.language, { numeric: 'auto', style: 'short' }),
  );

  constructor(session: Session) {
    this.#session = session;
  }

  get timeZone(): string | undefined {
    return this.#session.view?.hub.zone;
  }

  choose(language: string): void {
    this.language = language;
    localStorage.setItem(KEY, language);
  }

  /** A count, and whether it takes the singular, for messages that bend with it. */
  n(count: number): [string, boolean] {
    return [this.f.count(count), this.#plural.select(count) === 'one'];
  }

  /** The word for one of a closed list; a word that these pages do not know yet is shown as it came. */
  word(list: { [word in string]?: string }, word: string): string {
    return list[word] ?? word.replaceAll('_', ' ');
  }

  sentence(failure: Failure): string {
    return filled(this.m.codes[failure.code] ?? this.m.codes['unknown']!, {
      ...failure.params,
      code: failure.code,
    });
  }

  /** What happened, in a sentence. */
  fact({ code, values }: Fact): string {
    const said = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, this.#say(value)]));
    const sentence = this.m.facts[code];
    if (sentence) return filled(sentence, said);
    return [this.word({}, code), ...Object.values(said)].join(' · ');
  }

  /** "2 hours ago"; a day after that, the date. */
  ago(at: number, now = Date.now()): string {
    const minutes = Math.round((at - now) / 60_000);
    if (minutes > -60) return this.#ago.format(Math.min(0, minutes), 'minute');
    if (minutes > -24 * 60) return this.#ago.format(Math.round(minutes / 60), 'hour');
    return minutes > -30 * 24 * 60 ? this.#ago.format(Math.round(minutes / 1440), 'day') : this.f.moment(at);
  }

  /** Who did it, where and when. */
  doer({ at, by, till, approvedBy }: Deed): string {
    const { m, f } = this;
    const where = till ? m.app.atTill(till.code) : by ? null : m.app.theServer;
    const allowed = approvedBy ? m.app.approved(approvedBy.name) : null;
    return [f.moment(at), by?.name, where, allowed].filter(Boolean).join(' · ');
  }

  /** A way to pay: by the hub's own name for it, or the word of its kind. */
  tender(name: string, kind: TenderKind): string {
    return name && name !== kind ? name : this.word(this.m.words, kind);
  }

  /** Does something outside of a form, and says it where it was not done. */
  async tell(toasts: Toasts, done: Promise<unknown>, said = this.m.app.undone): Promise<void> {
    try {
      await done;
      toasts.done(said);
    } catch (error) {
      toasts.problem(this.sentence(Failure.of(error)));
    }
  }

  /** A tax rate, from parts per million. */
  rate(ppm: number): string {
    // The formatter takes thousandths of a per cent; a tenth of that is finer than any rate of tax.
    return this.f.percent(Math.round(ppm / 10));
  }

  /** A day of the calendar, wherever the reader is. */
  date(day: string): string {
    const format = new Intl.DateTimeFormat(this.f.locale, { dateStyle: 'medium', timeZone: 'UTC' });
    const at = Date.parse(`${day}T00:00Z`);
    return Number.isNaN(at) ? day : format.format(at);
  }

  slot({ startsAt, endsAt }: { startsAt: number; endsAt: number }): string {
    return `${this.f.shortDay(startsAt)}, ${this.f.span(startsAt, endsAt)}`;
  }

  #say(value: FactValue): string {
    switch (value.kind) {
      case 'text':
        return value.value;
      case 'word':
        return this.word(this.m.words, value.value);
      case 'count':
        return this.f.count(value.value);
      case 'money':
        return this.f.money(value.value);
      case 'quantity':
        return this.f.quantity(value.value);
      case 'moment':
        return this.f.moment(value.value);
    }
  }
}

/** A sentence with its figures; one that is missing leaves a dash. */
function filled(sentence: string, values: { [name in string]?: string }): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '–');
}

function spoken(): string {
  const kept = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2);
  return LANGUAGES.find((each) => each === kept) ?? 'en';
}
