import type { StockEntry } from '../../../lib/bindings/office/StockEntry';

export type EntryName = StockEntry['entry'];

export const ENTRIES: readonly EntryName[] = ['count', 'delivery', 'waste', 'ownUse', 'transfer'];

/** What is entered; none while the place that goods go to is missing. */
export function stockEntry(entry: EntryName, to: string): StockEntry | null {
  if (entry !== 'transfer') return { entry };
  return to ? { entry, to } : null;
}
