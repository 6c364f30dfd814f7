// What the office's pages say. Apart from the till's sentences, so that neither carries the other's.
import { french, typeset } from '../typography';
import { en } from './en';
import { fr } from './fr';

/** The same keys, with any words; lists of words for codes may have more. */
type Texts<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...figures: infer F) => string
      ? (...figures: F) => string
      : Texts<T[K]>;
};

export type OfficeMessages = Texts<typeof en>;

const languages = { en, fr } satisfies Record<string, OfficeMessages>;

export type OfficeLanguage = keyof typeof languages;

const read: Record<OfficeLanguage, OfficeMessages> = { en, fr: typeset(fr, french) };

export const LANGUAGE_NAMES: Record<OfficeLanguage, string> = { en: 'English', fr: 'Français' };

export const LANGUAGES = Object.keys(languages) as OfficeLanguage[];

/** The texts in a language; English where the pages speak no such language. */
export function officeMessagesIn(language: string): OfficeMessages {
  return language in read ? read[language as OfficeLanguage] : en;
}
