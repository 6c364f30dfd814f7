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

test('French signs stand apart by a space that does not break, in sentences and with figures', () => {
  const m = messagesIn('fr');
  expect(m.discard.title).toBe('Abandonner cette commande\u202f?');
  expect(m.finder.none('ail')).toBe('Rien trouvé pour «\u00a0ail\u00a0»');
  expect(m.keypad.hintPay).toBe('Entrée\u00a0: payer');
  expect(messagesIn('en').discard.title).toBe('Discard this order?');
});

test('no French sentence has a plain space before a sign that must not begin a line', () => {
  // Stands for a figure, and for the words of a code.
  const figure = { toString: () => '2', get: () => '2', has: () => true, isOne: () => false };
  const all = (message: unknown): string[] => {
    if (typeof message === 'function')
      return [(message as (...figures: unknown[]) => string)(...Array(5).fill(figure))];
    return typeof message === 'object' && message !== null
      ? Object.values(message).flatMap(all)
      : [String(message)];
  };
  expect(all(messagesIn('fr')).filter((text) => / [;!?:»]|« /.test(text))).toEqual([]);
});

test('one try left is one try', () => {
  const words = (left: number) =>
    new Words({ attempts_left: { kind: 'count', value: left } }, formats(regionOf('en', null)));
  expect(messagesIn('en').codes.pin_wrong(words(1))).toContain('1 try left');
  expect(messagesIn('en').codes.pin_wrong(words(3))).toContain('3 tries left');
  expect(messagesIn('fr').codes.pin_wrong(words(1))).toContain('Encore 1 essai.');
});
