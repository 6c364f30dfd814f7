import type { Code } from '../bindings/Code';
import type { Column } from '../bindings/Column';
import type { ImportCode } from '../bindings/ImportCode';
import { en } from './en';
import { fr } from './fr';
import { french, typeset } from './typography';
import type { Words } from './words';

/** The same keys, with any words. */
type Texts<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...figures: infer F) => string
      ? (...figures: F) => string
      : Texts<T[K]>;
};

export type Messages = Texts<typeof en>;

// Every code that the till can send has a sentence, or this does not compile.
const languages = { en, fr } satisfies Record<
  string,
  Messages & {
    codes: Record<Code, (words: Words) => string>;
    importing: {
      columns: Record<Column, string>;
      notes: Record<ImportCode, (words: Words, column: string) => string>;
    };
  }
>;

export type Language = keyof typeof languages;

const read: Record<Language, Messages> = { en, fr: typeset(fr, french) };

/** The languages that the screen speaks, by their own names. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', fr: 'Français' };

export const LANGUAGES = Object.keys(languages) as Language[];

/** The texts in a language; English where it speaks no such language. */
export function messagesIn(language: string): Messages {
  return language in read ? read[language as Language] : en;
}
