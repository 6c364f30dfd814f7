// Whole numbers of small units (cents, thousandths) to and from what people type and read. Digits are
// moved, never computed with: no figure on the screen is the result of a sum made here.

const TYPED = /^(\d*)(?:[.,](\d*))?$/;

/** Reads a typed number with comma or dot as a whole number of small units; null where it is none. */
export function parseDecimal(text: string, decimals: number): number | null {
  const parts = TYPED.exec(text.trim());
  if (!parts) return null;
  const [, whole = '', fraction = ''] = parts;
  if (whole + fraction === '' || fraction.length > decimals) return null;
  const units = Number(whole + fraction.padEnd(decimals, '0'));
  return Number.isSafeInteger(units) ? units : null;
}

/** Writes a whole number of small units as an exact decimal number ("-13.50"). */
export function toDecimalText(units: number, decimals: number): Intl.StringNumericLiteral {
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? '' : `.${digits.slice(digits.length - decimals)}`;
  return `${units < 0 ? '-' : ''}${whole}${fraction}` as Intl.StringNumericLiteral;
}
