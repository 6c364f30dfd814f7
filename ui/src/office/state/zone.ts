// Days and times as the hub's clock shows them, wherever the browser is.
import type { Timestamp } from '../../lib/bindings/Timestamp';

const PARTS = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
} as const;

/** "2026-11-21T16:00": what the hub's clock shows, as a field for date and time takes it. */
export function wallTime(at: Timestamp, timeZone: string | undefined): string {
  const format = new Intl.DateTimeFormat('en-US', { ...PARTS, hourCycle: 'h23', timeZone });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part['year']!.padStart(4, '0')}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}`;
}

/** The moment at which the hub's clock shows that; of an hour that comes twice the first, null for no time. */
export function momentAt(wall: string, timeZone: string | undefined): Timestamp | null {
  const shown = Date.parse(`${wall}Z`);
  if (Number.isNaN(shown)) return null;
  const offset = (at: number) => Date.parse(`${wallTime(at, timeZone)}Z`) - at + (at % 60_000);
  const near = [shown - offset(shown - 86_400_000), shown - offset(shown + 86_400_000)];
  const exact = near.filter((at) => wallTime(at, timeZone) === wallTime(shown, 'UTC'));
  // In the hour that spring leaves out, the clock shows what comes after it.
  return exact.length > 0 ? Math.min(...exact) : Math.max(...near);
}

/** The same time of the hub's clock a week later, whether or not the clocks change in between. */
export function weekLater(at: Timestamp, timeZone: string | undefined): Timestamp {
  const later = new Date(Date.parse(`${wallTime(at, timeZone)}Z`) + 7 * 86_400_000);
  return momentAt(later.toISOString().slice(0, 16), timeZone) ?? at;
}
