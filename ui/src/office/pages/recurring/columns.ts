import type { RecurringRow } from '../../../lib/bindings/office/RecurringRow';
import type { RecurringState } from '../../../lib/bindings/office/RecurringState';
import type { Column, Tone } from '../../../kit/table';
import type { Locale } from '../../state/locale.svelte';
import { dayName, whenOf } from './days';

export const TONES: Record<RecurringState, Tone> = { running: 'good', paused: 'open', ended: 'plain' };

export function recurringColumns(locale: Locale): Column<RecurringRow>[] {
  const m = locale.m.recurring;
  return [
    {
      key: 'customer',
      title: m.customer,
      text: ({ customer }) => customer.name,
      by: ({ customer }) => customer.name,
    },
    {
      key: 'when',
      title: m.when,
      text: (row) => whenOf(locale, row),
      under: ({ weeks }) => m.every(...locale.n(weeks)),
      narrow: 'bare',
    },
    {
      key: 'place',
      title: m.place,
      text: ({ place }) => place.name,
      by: ({ place }) => place.name,
    },
    {
      key: 'next',
      title: m.next,
      text: ({ next }) => (next === null ? m.noNext : dayName(locale, next)),
      by: ({ next }) => next,
    },
    {
      key: 'items',
      title: m.items,
      text: ({ items }) => locale.f.count(items),
      by: ({ items }) => items,
      figure: true,
    },
    {
      key: 'state',
      title: m.state,
      text: ({ state }) => m.states[state],
      tone: ({ state }) => TONES[state],
      narrow: 'corner',
    },
  ];
}
