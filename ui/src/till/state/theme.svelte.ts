export type Shade = 'auto' | 'light' | 'dark';

const KEY = 'comptoir.shade';

/** Light or dark: a habit of this screen, not of the till. */
export class Theme {
  shade = $state<Shade>(stored());

  choose(shade: Shade): void {
    this.shade = shade;
    localStorage.setItem(KEY, shade);
    this.apply();
  }

  apply(): void {
    document.documentElement.dataset['shade'] = this.shade;
  }
}

function stored(): Shade {
  const shade = localStorage.getItem(KEY);
  return shade === 'light' || shade === 'dark' ? shade : 'auto';
}
