import type { Permission } from '../../lib/bindings/office/Permission';
import type { IconName } from './icons';

export const AREAS = [
  'home',
  'orders',
  'packing',
  'slots',
  'recurring',
  'products',
  'customers',
  'problems',
  'messages',
  'tills',
  'staff',
  'connections',
  'settings',
  'audit',
] as const satisfies readonly IconName[];

export type Area = (typeof AREAS)[number];

/** What a hand on a phone needs most. */
export const AT_HAND: readonly Area[] = ['home', 'orders', 'packing', 'problems'];

/** The areas as they stand together: the day's work, what is sold to whom, what runs it. */
export const GROUPS: readonly (readonly Area[])[] = [
  ['home', 'orders', 'packing', 'problems'],
  ['slots', 'recurring', 'products', 'customers', 'messages'],
  ['tills', 'staff', 'connections', 'settings', 'audit'],
];

/** The key that follows a `g` to go there. */
export const AREA_KEYS: Record<Area, string> = {
  home: 'h',
  orders: 'o',
  packing: 'p',
  problems: 'b',
  slots: 's',
  recurring: 'r',
  products: 'a',
  customers: 'c',
  messages: 'm',
  tills: 't',
  staff: 'f',
  connections: 'k',
  settings: 'e',
  audit: 'l',
};

/** Where an area begins: orders with those that somebody has to do with. */
export function entrance(area: Area): string {
  if (area === 'home') return '/';
  return area === 'orders' ? '/orders?state=waiting' : `/${area}`;
}

/** Areas that are for who may read the hub's books; the others are for everybody at work. */
const REPORTS: readonly Area[] = ['home', 'messages', 'tills', 'staff', 'connections', 'settings', 'audit'];

/** Whether somebody with these permissions is shown an area. The server decides in any case. */
export function isShown(area: Area, may: (permission: Permission) => boolean): boolean {
  if (area === 'customers' || area === 'recurring') return may('see_reports') || may('handle_orders');
  return !REPORTS.includes(area) || may('see_reports');
}

export function isArea(text: string): text is Area {
  return (AREAS as readonly string[]).includes(text);
}
