import { expect, test } from 'vitest';

import { type DigitContext, meaningOf, quantityOf, typed } from './digits';

const eggs = { name: 'Eggs', unit: 'each' as const };
const selling: DigitContext = {
  mode: 'order',
  line: eggs,
  currencyDecimals: 2,
  cashDue: 1350,
  toGiveBack: 0,
};
const fresh: DigitContext = { ...selling, line: null };
const paying: DigitContext = { ...selling, mode: 'pay' };

test.each<[string, DigitContext, object]>([
  ['', selling, { kind: 'nothing' }],
  ['3', selling, { kind: 'quantity', quantity: 3000, line: eggs }],
  ['0,25', selling, { kind: 'quantity', quantity: 250, line: eggs }],
  ['.5', selling, { kind: 'quantity', quantity: 500, line: eggs }],
  ['0.2500', selling, { kind: 'unreadable' }],
  ['2000000000022', selling, { kind: 'code', code: '2000000000022' }],
  ['3', fresh, { kind: 'nextOrCode', quantity: 3000, code: '3' }],
  ['0,5', fresh, { kind: 'nextOrCode', quantity: 500, code: '' }],
  ['0', fresh, { kind: 'nextOrCode', quantity: null, code: '0' }],
  [',', fresh, { kind: 'unreadable' }],
  ['20', paying, { kind: 'cash', tendered: 2000 }],
  ['13,5', paying, { kind: 'cash', tendered: 1350 }],
  ['10', paying, { kind: 'partCash', amount: 1000 }],
  ['0', paying, { kind: 'unreadable' }],
  ['1,234', paying, { kind: 'unreadable' }],
  ['99999999999999999999', paying, { kind: 'unreadable' }],
])('%s means one thing before it acts', (digits, context, meaning) => {
  expect(meaningOf(digits, context)).toEqual(meaning);
});

test('digits then a product are its quantity', () => {
  expect(quantityOf(meaningOf('3', selling))).toBe(3000);
  expect(quantityOf(meaningOf('', selling))).toBeNull();
  expect(quantityOf(meaningOf('20', paying))).toBeNull();
});

test('only digits and one separator are taken', () => {
  expect([...'1,2.3x'].reduce(typed, '')).toBe('1,23');
  expect([...'9'.repeat(40)].reduce(typed, '')).toHaveLength(24);
});
