export type Shade = 'auto' | 'light' | 'dark';

const KEY = 'comptoir.shade';

/** Light or dark: a habit of this browser. */
export function shade(): Shade {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

export function showIn(shade: Shade): void {
  localStorage.setItem(KEY, shade);
  document.documentElement.dataset['shade'] = shade;
}
