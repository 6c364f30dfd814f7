// What a table shows, said once per column: head, cell, order, filter and card on a phone follow from it.

export type Tone = 'good' | 'open' | 'bad' | 'plain';

export interface Column<Row> {
  /** What the column is called in the page's address. */
  key: string;
  title: string;
  text: (row: Row) => string;
  /** A second, quieter line. */
  under?: (row: Row) => string;
  /** What rows are ordered by; without it the column cannot be sorted by. */
  by?: (row: Row) => string | number | null;
  /** The text stands as a badge in this tone. */
  tone?: (row: Row) => Tone | null;
  /** A figure: it stands at the end. */
  figure?: boolean;
  /** What becomes of it on a narrow screen; else it stands there with its title. */
  narrow?: 'first' | 'corner' | 'bare' | 'hidden';
}

/** How a list is ordered, as it stands in the page's address: a minus before the key turns it round. */
export function ordered<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: string,
  locale: Intl.Locale,
): readonly Row[] {
  const by = columns.find(({ key }) => key === sort.replace(/^-/, ''))?.by;
  if (!by) return rows;
  const turned = sort.startsWith('-') ? -1 : 1;
  const words = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const order = (one: string | number, other: string | number) =>
    typeof one === 'number' && typeof other === 'number' ? one - other : words.compare(`${one}`, `${other}`);
  return rows.toSorted((one, other) => {
    const [first, second] = [by(one), by(other)];
    // What has no value stands last, whichever way round.
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return turned * order(first, second);
  });
}

/** A text without accents and capitals, for finding it however it is typed. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The rows that show every word of a text somewhere. */
export function found<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  text: string,
): readonly Row[] {
  const words = folded(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const all = folded(columns.map(({ text, under }) => `${text(row)} ${under?.(row) ?? ''}`).join(' '));
    return words.every((word) => all.includes(word));
  });
}
