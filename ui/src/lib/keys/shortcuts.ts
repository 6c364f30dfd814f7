// The one table of keys: it drives the hints on the buttons, the handler and the overlay.

export type ShortcutId =
  | 'pay'
  | 'cashExact'
  | 'note1'
  | 'note2'
  | 'note3'
  | 'card'
  | 'find'
  | 'undo'
  | 'more'
  | 'less'
  | 'remove'
  | 'lineUp'
  | 'lineDown'
  | 'discount'
  | 'orders'
  | 'tick'
  | 'allThere'
  | 'onlyTicked'
  | 'payAhead'
  | 'forgive'
  | 'groupNext'
  | 'groupBefore'
  | 'fetchedBy'
  | 'takeOver'
  | 'returns'
  | 'note'
  | 'place'
  | 'park'
  | 'lastSale'
  | 'print'
  | 'drawer'
  | 'stock'
  | 'problems'
  | 'status'
  | 'signOut'
  | 'closeShift'
  | 'back'
  | 'help';

export interface Shortcut {
  id: ShortcutId;
  /** What `KeyboardEvent.key` says, lower case, with `ctrl+` before it where Control is held. */
  keys: string[];
  /** What the hint on the button shows. */
  hint: string;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'pay', keys: ['enter'], hint: '↵' },
  { id: 'cashExact', keys: ['f10'], hint: 'F10' },
  // The notes of most currencies begin with these digits.
  { id: 'note1', keys: ['ctrl+1'], hint: 'Ctrl 1' },
  { id: 'note2', keys: ['ctrl+2'], hint: 'Ctrl 2' },
  { id: 'note3', keys: ['ctrl+5'], hint: 'Ctrl 5' },
  { id: 'card', keys: ['f9'], hint: 'F9' },
  { id: 'find', keys: ['f2', '/'], hint: 'F2' },
  { id: 'undo', keys: ['f3', 'ctrl+z'], hint: 'F3' },
  { id: 'more', keys: ['+'], hint: '+' },
  { id: 'less', keys: ['-'], hint: '−' },
  { id: 'remove', keys: ['delete'], hint: 'Del' },
  { id: 'lineUp', keys: ['arrowup'], hint: '↑' },
  { id: 'lineDown', keys: ['arrowdown'], hint: '↓' },
  { id: 'discount', keys: ['f4'], hint: 'F4' },
  { id: 'orders', keys: ['f5'], hint: 'F5' },
  { id: 'tick', keys: [' '], hint: '␣' },
  { id: 'allThere', keys: ['ctrl+a'], hint: 'Ctrl A' },
  { id: 'onlyTicked', keys: ['ctrl+enter'], hint: 'Ctrl ↵' },
  { id: 'payAhead', keys: ['ctrl+p'], hint: 'Ctrl P' },
  { id: 'forgive', keys: ['ctrl+g'], hint: 'Ctrl G' },
  { id: 'groupNext', keys: ['pagedown'], hint: 'PgDn' },
  { id: 'groupBefore', keys: ['pageup'], hint: 'PgUp' },
  { id: 'fetchedBy', keys: ['ctrl+f'], hint: 'Ctrl F' },
  { id: 'takeOver', keys: ['ctrl+u'], hint: 'Ctrl U' },
  { id: 'place', keys: ['ctrl+b'], hint: 'Ctrl B' },
  { id: 'note', keys: ['ctrl+k'], hint: 'Ctrl K' },
  { id: 'returns', keys: ['ctrl+r'], hint: 'Ctrl R' },
  { id: 'park', keys: ['f6'], hint: 'F6' },
  { id: 'lastSale', keys: ['f7'], hint: 'F7' },
  { id: 'print', keys: ['f8'], hint: 'F8' },
  { id: 'drawer', keys: ['ctrl+d'], hint: 'Ctrl D' },
  { id: 'stock', keys: ['ctrl+s'], hint: 'Ctrl S' },
  { id: 'problems', keys: ['ctrl+o'], hint: 'Ctrl O' },
  { id: 'status', keys: ['ctrl+i'], hint: 'Ctrl I' },
  { id: 'signOut', keys: ['ctrl+l'], hint: 'Ctrl L' },
  { id: 'closeShift', keys: ['ctrl+e'], hint: 'Ctrl E' },
  { id: 'back', keys: ['escape'], hint: 'Esc' },
  { id: 'help', keys: ['f1', '?'], hint: 'F1' },
];

const BY_KEY = new Map(SHORTCUTS.flatMap(({ id, keys }) => keys.map((key) => [key, id] as const)));
const HINTS = new Map(SHORTCUTS.map(({ id, hint }) => [id, hint]));

/** Which shortcut a key is, if it is one. */
export function shortcutOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'> & { code?: string },
): ShortcutId | null {
  if (event.altKey) return null;
  const held = event.ctrlKey || event.metaKey ? 'ctrl+' : '';
  // On a French keyboard the keys of the digits say something else.
  const digit = held ? /^(?:Digit|Numpad)(\d)$/.exec(event.code ?? '')?.[1] : undefined;
  return BY_KEY.get(held + (digit ?? event.key.toLowerCase())) ?? null;
}

export function hintOf(id: ShortcutId): string {
  return HINTS.get(id) ?? '';
}
