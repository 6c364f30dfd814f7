import { expect, test } from 'vitest';

import { parseDecimal, toDecimalText } from './decimal';
import { formats, regionOf } from './format';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ').replace('−', '-');
const hub = { country: 'FR', currency: 'EUR', currencyDecimals: 2, timeZone: 'Europe/Paris' };
const french = formats({ ...regionOf('fr', null), ...hub });
const irish = formats({ ...regionOf('en', null), ...hub, country: 'IE' });
const yen = formats({ ...regionOf('en', null), ...hub, country: 'JP', currency: 'JPY', currencyDecimals: 0 });

test('money is written as the country writes it', () => {
  expect(plain(french.money(123_456))).toBe('1 234,56 €');
  expect(irish.money(123_456)).toBe('€1,234.56');
  expect(yen.money(500)).toContain('500');
  expect(plain(french.difference(-35))).toBe('-0,35');
  expect([irish.note(2000), irish.note(50)]).toEqual(['20', '0.50']);
});

test('English dates of a country without its own English are British', () => {
  const at = Date.UTC(2026, 10, 21, 9, 42);
  const english = (country: string) => formats({ ...regionOf('en', null), ...hub, country }).moment(at);
  expect(english('FR')).toMatch(/^21 Nov/);
  expect(english('IE')).toMatch(/^21 Nov/);
  expect(english('US')).toMatch(/^Nov 21/);
});

test('figures in English have a point, whatever the country speaks', () => {
  const abroad = formats({ ...regionOf('en', null), ...hub });
  expect(abroad.quantity(1500, 'kilogram')).toBe('1.500 kg');
  expect([abroad.money(320), abroad.amount(320), abroad.typed(320)]).toEqual(['€3.20', '3.20', '3.20']);
  expect(abroad.quantityChange(-1250, 'kilogram').replace('−', '-')).toBe('-1.25 kg');
});

test('the largest amount is written to the cent', () => {
  expect(irish.amount(1_000_000_000_000_099)).toBe('10,000,000,000,000.99');
});

test('what stands in a field is read back as it was', () => {
  expect([french.typed(123_456), irish.typed(123_456)]).toEqual(['1234,56', '1234.56']);
  expect(parseDecimal(french.typed(123_456), 2)).toBe(123_456);
});

test('weights have three places, pieces none', () => {
  expect(french.quantity(1250, 'kilogram')).toBe('1,250 kg');
  expect(irish.quantity(2000)).toBe('2');
});

test('a rate is written as people say it', () => {
  expect([irish.percent(5500), irish.percent(20_000)]).toEqual(['5.5%', '20%']);
});

test('what is typed is read to the last digit, with comma or dot', () => {
  expect(['12,5', '12.50', '12', ',05'].map((text) => parseDecimal(text, 2))).toEqual([1250, 1250, 1200, 5]);
  expect(['', 'x', '1,2,3', '-1', '1,234', '1e3'].map((text) => parseDecimal(text, 2))).toEqual(
    Array(6).fill(null),
  );
});

test('small units become decimal text without arithmetic', () => {
  expect([toDecimalText(-5, 2), toDecimalText(0, 2), toDecimalText(1234, 0)]).toEqual([
    '-0.05',
    '0.00',
    '1234',
  ]);
});
