// Days of the calendar and times of the clock as people say them, wherever the reader is.
import type { OrderView } from '../../../lib/bindings/office/OrderView';
import type { RecurringRow } from '../../../lib/bindings/office/RecurringRow';
import type { RecurringView } from '../../../lib/bindings/office/RecurringView';
import type { Unit } from '../../../lib/bindings/office/Unit';
import type { Locale } from '../../state/locale.svelte';
import { momentAt, wallTime } from '../../state/zone';

/** A time of a day by the hub's clock. */
const at = (locale: Locale, day: string, time = '12:00') => momentAt(`${day}T${time}`, locale.timeZone) ?? 0;

/** "Sat, 28 Nov". */
export function dayName(locale: Locale, day: string): string {
  return locale.f.shortDay(at(locale, day));
}

/** "Saturday". */
function weekday(locale: Locale, day: string): string {
  const { timeZone } = locale;
  return new Intl.DateTimeFormat(locale.f.locale, { weekday: 'long', timeZone }).format(at(locale, day));
}

/** "10:00", from minutes after midnight. */
function clock(locale: Locale, day: string, minute: number): string {
  const two = (figure: number) => `${Math.floor(figure)}`.padStart(2, '0');
  return locale.f.time(at(locale, day, `${two(minute / 60)}:${two(minute % 60)}`));
}

/** "Saturday, 10:00". */
export function whenOf(locale: Locale, { first, minute }: Pick<RecurringRow, 'first' | 'minute'>): string {
  return `${weekday(locale, first)}, ${clock(locale, first, minute)}`;
}

/** The day of the hub's calendar, and the minutes of its clock, at a moment. */
export function dayAndMinute(moment: number, timeZone: string | undefined): { day: string; minute: number } {
  const [day = '', time = ''] = wallTime(moment, timeZone).split('T');
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return { day, minute: hours * 60 + minutes };
}

/** A line of a form. */
export interface Wish {
  variant: string;
  name: string;
  unit: Unit;
  quantity: number | null;
}

/** What an order holds, as what is to come again. */
export function wishesOf(view: OrderView): Wish[] {
  const wishes = new Map<string, Wish>();
  const goods = view.lines.filter(({ wanted, tiedTo }) => wanted > 0 && tiedTo === null);
  for (const { variant, name, unit, wanted } of goods) {
    const quantity = (wishes.get(variant)?.quantity ?? 0) + wanted;
    wishes.set(variant, { variant, name, unit, quantity });
  }
  return [...wishes.values()];
}

/** What a recurring order holds. */
export function linesOf(view: RecurringView): Wish[] {
  return view.lines.map(({ variant, name, unit, quantity }) => ({ variant, name, unit, quantity }));
}
