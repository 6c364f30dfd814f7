import { expect, test } from 'vitest';

import { en } from './en';
import { LANGUAGES, officeMessagesIn } from './index';

/** Every message by its path, with how many figures it takes. */
function paths(messages: object, before = ''): string[] {
  return Object.entries(messages).flatMap(([key, message]) =>
    typeof message === 'object' && message !== null
      ? paths(message as object, `${before}${key}.`)
      : [`${before}${key}`],
  );
}

/** The figures that a template names. */
const named = (template: string) => [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort();

test.each(LANGUAGES)('%s says everything that English says, the words for codes included', (language) => {
  expect(paths(officeMessagesIn(language)).sort()).toEqual(paths(en).sort());
});

test.each(LANGUAGES)('%s names the same figures in every sentence for a code', (language) => {
  const messages = officeMessagesIn(language);
  for (const list of ['codes', 'facts'] as const)
    for (const [code, sentence] of Object.entries(en[list]))
      expect(named(messages[list][code] ?? ''), code).toEqual(named(sentence ?? ''));
});

test('French signs stand apart by a space that does not break, in templates too', () => {
  const figure = { toString: () => '2' };
  const all = (message: unknown): string[] => {
    if (typeof message === 'function')
      return [(message as (...figures: unknown[]) => string)(...Array(4).fill(figure))];
    return typeof message === 'object' && message !== null
      ? Object.values(message).flatMap(all)
      : [String(message)];
  };
  expect(all(officeMessagesIn('fr')).filter((text) => / [;!?:»]|« /.test(text))).toEqual([]);
});
