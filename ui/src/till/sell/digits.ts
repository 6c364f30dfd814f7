// What typed digits mean, decided before they act so that the keypad can show it.

import type { Money } from '../../lib/bindings/Money';
import type { Quantity } from '../../lib/bindings/Quantity';
import type { Unit } from '../../lib/bindings/Unit';
import { parseDecimal } from '../../lib/decimal';

/** A longer run of digits than anybody means as a quantity is a code that was typed. */
const CODE_LENGTH_MIN = 6;
const LENGTH_MAX = 24;

export interface DigitContext {
  mode: 'order' | 'pay';
  /** The line that a number would be for. */
  line: { name: string; unit: Unit } | null;
  currencyDecimals: number;
  /** What is due in cash; only compared with. */
  cashDue: Money;
  /** What is to be given back; zero where nothing is. */
  toGiveBack: Money;
}

export type Meaning =
  | { kind: 'nothing' }
  /** Not a number that can act: Enter does nothing. */
  | { kind: 'unreadable' }
  /** Enter sets the line's quantity; a scan or a product takes it as its own. */
  | { kind: 'quantity'; quantity: Quantity; line: { name: string; unit: Unit } }
  /** A scan or a product takes it; Enter looks the digits up as a code. */
  | { kind: 'nextOrCode'; quantity: Quantity | null; code: string }
  | { kind: 'code'; code: string }
  /** Cash given, enough to pay everything. */
  | { kind: 'cash'; tendered: Money }
  /** Cash given as a part. */
  | { kind: 'partCash'; amount: Money }
  /** A part of what is to be given back, or all of it. */
  | { kind: 'giveBack'; amount: Money };

export function meaningOf(digits: string, context: DigitContext): Meaning {
  if (digits === '') return { kind: 'nothing' };
  if (context.mode === 'pay') return cashMeaning(digits, context);
  const isPlain = /^\d+$/.test(digits);
  if (isPlain && digits.length >= CODE_LENGTH_MIN) return { kind: 'code', code: digits };
  const quantity = parseDecimal(digits, 3);
  if (context.line) {
    return quantity === null ? { kind: 'unreadable' } : { kind: 'quantity', quantity, line: context.line };
  }
  if (isPlain) return { kind: 'nextOrCode', quantity: quantity || null, code: digits };
  return quantity ? { kind: 'nextOrCode', quantity, code: '' } : { kind: 'unreadable' };
}

function cashMeaning(digits: string, context: DigitContext): Meaning {
  const amount = parseDecimal(digits, context.currencyDecimals);
  if (amount === null || amount === 0) return { kind: 'unreadable' };
  if (context.toGiveBack > 0) return { kind: 'giveBack', amount };
  return amount < context.cashDue ? { kind: 'partCash', amount } : { kind: 'cash', tendered: amount };
}

/** The quantity that a scan or a product would take along, if digits were typed for one. */
export function quantityOf(meaning: Meaning): Quantity | null {
  return meaning.kind === 'quantity' || meaning.kind === 'nextOrCode' ? meaning.quantity : null;
}

/** Adds one key to the digits; a second separator and what no field could hold are ignored. */
export function typed(digits: string, key: string): string {
  if (digits.length >= LENGTH_MAX) return digits;
  if (/^\d$/.test(key)) return digits + key;
  if ((key === ',' || key === '.') && !/[.,]/.test(digits)) return digits + key;
  return digits;
}
