import type { HubView } from './bindings/HubView';
import type { Money } from './bindings/Money';
import type { Quantity } from './bindings/Quantity';
import type { Timestamp } from './bindings/Timestamp';
import type { Unit } from './bindings/Unit';
import { toDecimalText } from './decimal';

/** What figures and dates look like: the language of the screen, the habits of the hub's country. */
export interface Region {
  language: string;
  country: string | null;
  currency: string;
  currencyDecimals: number;
  timeZone: string | undefined;
}

export function regionOf(language: string, hub: HubView | null): Region {
  return {
    language,
    country: hub?.country ?? null,
    currency: hub?.currency ?? 'EUR',
    currencyDecimals: hub?.currencyDecimals ?? 2,
    timeZone: hub?.timeZone,
  };
}

export type Formats = ReturnType<typeof formats>;

const UNITS: Record<Unit, string | null> = {
  each: null,
  kilogram: 'kg',
  gram: 'g',
  litre: 'l',
  millilitre: 'ml',
  metre: 'm',
};

/** The symbol of a unit that goods are measured in; null for pieces. */
export function unitSymbol(unit: Unit): string | null {
  return UNITS[unit];
}

/**
 * By whose habits figures are written. Some browsers write the English of a country that speaks another
 * language with that country's comma, and its amounts with a point: who reads English reads a point.
 */
function figuresOf(locale: Intl.Locale): Intl.Locale {
  const own = locale.region && new Intl.Locale(`und-${locale.region}`).maximize().language;
  return locale.language === 'en' && own !== 'en' ? new Intl.Locale('en') : locale;
}

/** Formatters for one region, made once. */
export function formats(region: Region) {
  const locale = new Intl.Locale(region.language, region.country ? { region: region.country } : {});
  const { currency, currencyDecimals, timeZone } = region;
  const figures = figuresOf(locale);
  const digits = { minimumFractionDigits: currencyDecimals, maximumFractionDigits: currencyDecimals };
  const withSymbol = new Intl.NumberFormat(figures, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    ...digits,
  });
  const bare = new Intl.NumberFormat(figures, digits);
  const note = new Intl.NumberFormat(figures, { ...digits, trailingZeroDisplay: 'stripIfInteger' });
  const number = new Intl.NumberFormat(figures, { maximumFractionDigits: 3 });
  const weight = new Intl.NumberFormat(figures, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const signed = new Intl.NumberFormat(figures, { signDisplay: 'exceptZero', ...digits });
  const change = new Intl.NumberFormat(figures, { signDisplay: 'exceptZero', maximumFractionDigits: 3 });
  const percent = new Intl.NumberFormat(figures, { style: 'percent', maximumFractionDigits: 3 });
  // English without a country's own habits would be American: month before day.
  const ownDates = new Intl.DateTimeFormat(locale).resolvedOptions().locale !== 'en';
  const dates = ownDates ? locale : new Intl.Locale('en-GB');
  const time = new Intl.DateTimeFormat(dates, { hour: '2-digit', minute: '2-digit', timeZone });
  const moment = new Intl.DateTimeFormat(dates, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const shortDay = new Intl.DateTimeFormat(dates, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone,
  });
  const day = new Intl.DateTimeFormat(dates, { weekday: 'long', day: 'numeric', month: 'long', timeZone });
  const exact = (amount: Money) => toDecimalText(amount, currencyDecimals);
  const separator = bare.formatToParts(1.5).find((part) => part.type === 'decimal')?.value ?? '.';
  return {
    locale,
    currencyDecimals,
    /** What separates cents, as typed on the screen's keypad. */
    separator: separator === ',' ? ',' : '.',
    /** "€" */
    symbol: withSymbol.formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency,
    /** "13,50 €" */
    money: (amount: Money) => withSymbol.format(exact(amount)),
    /** "13,50" */
    amount: (amount: Money) => bare.format(exact(amount)),
    /** "1234,50": as it is typed into a field. */
    typed: (amount: Money) => exact(amount).replace('.', separator === ',' ? ',' : '.'),
    /** "2" or "1,250": as it is typed into a field. */
    typedQuantity: (quantity: Quantity) =>
      toDecimalText(quantity, 3)
        .replace(/\.?0+$/, '')
        .replace('.', separator === ',' ? ',' : '.'),
    /** "20" or "0,50": a coin or a note. */
    note: (amount: Money) => note.format(exact(amount)),
    /** "+1,20", "−0,05", "0,00" */
    difference: (amount: Money) => signed.format(exact(amount)),
    /** "2", "1,250 kg" */
    quantity: (quantity: Quantity, unit: Unit = 'each') => {
      const symbol = UNITS[unit];
      const text = toDecimalText(quantity, 3);
      return symbol === null ? number.format(text) : `${weight.format(text)} ${symbol}`;
    },
    /** "+2", "−1,250 kg" */
    quantityChange: (quantity: Quantity, unit: Unit = 'each') => {
      const symbol = UNITS[unit];
      return change.format(toDecimalText(quantity, 3)) + (symbol === null ? '' : ` ${symbol}`);
    },
    count: (count: number) => number.format(count),
    /** From thousandths of a per cent. */
    percent: (thousandths: number) => percent.format(toDecimalText(thousandths, 5)),
    time: (at: Timestamp) => time.format(at),
    moment: (at: Timestamp) => moment.format(at),
    day: (at: Timestamp) => day.format(at),
    /** "Sat 21 Nov" */
    shortDay: (at: Timestamp) => shortDay.format(at),
    /** "16:00–18:00" */
    span: (from: Timestamp, to: Timestamp) => time.formatRange(from, to),
    /** "12.4 MB" */
    bytes: (bytes: number) => {
      const [unit, size] = bytes < 1e9 ? (['megabyte', 1e6] as const) : (['gigabyte', 1e9] as const);
      return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(
        bytes / size,
      );
    },
  };
}
