import { expect, test } from 'vitest';

import { formats, regionOf } from '../format';
import { SHORTCUTS } from '../keys/shortcuts';
import { en } from './en';
import { LANGUAGES, messagesIn } from './index';
import { Words } from './words';

/** Every message by its path, with how many figures it takes. */
function paths(messages: object, before = ''): [string, number][] {
  return Object.entries(messages).flatMap(([key, message]): [string, number][] => {
    const path = `${before}${key}`;
    if (typeof message === 'object' && message !== null) return paths(message as object, `${path}.`);
    return [[path, typeof message === 'function' ? message.length : 0]];
  });
}

const keys = (messages: object) => paths(messages).map(([path]) => path);

test.each(LANGUAGES)('%s says everything that English says', (language) => {
  expect(keys(messagesIn(language))).toEqual(keys(en));
});

test.each(LANGUAGES)('%s leaves nothing empty', (language) => {
  const { codes, ...rest } = messagesIn(language);
  const words = new Words({}, formats(regionOf(language, null)));
  const sentences = Object.values(codes).map((sentence) => sentence(words));
  expect([...sentences, ...Object.values(rest.shortcuts)].filter((text) => text.trim() === '')).toEqual([]);
});

test.each(LANGUAGES)('%s names every shortcut', (language) => {
  const { shortcuts } = messagesIn(language);
  expect(SHORTCUTS.filter(({ id }) => !shortcuts[id])).toEqual([]);
});

test('no key stands for two shortcuts', () => {
  const all = SHORTCUTS.flatMap(({ keys: each }) => each);
  expect(new Set(all).size).toBe(all.length);
});

test('figures in a sentence are formatted for the reader', () => {
  const words = new Words({ due: { kind: 'money', value: 1350 } }, formats(regionOf('fr', null)));
  expect(messagesIn('fr').codes.amount_above_due(words)).toMatch(/13,50/);
});
