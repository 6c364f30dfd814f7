import type { Backend } from '../../lib/backend';

export type Shade = 'auto' | 'light' | 'dark';

const KEY = 'comptoir.shade';
const SIZE_KEY = 'comptoir.textSize';

/** How large the page can be shown, in per cent. */
export const TEXT_SIZES = [100, 125, 150, 200] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

/** Light or dark, and how large: habits of this screen, not of the till. */
export class Theme {
  shade = $state<Shade>(stored());
  textSize = $state<TextSize>(storedSize());
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Whether this page can be shown larger from here. */
  get canZoom(): boolean {
    return this.#backend.zoom !== undefined;
  }

  resize(size: TextSize): void {
    this.textSize = size;
    localStorage.setItem(SIZE_KEY, String(size));
    this.#zoom();
  }

  choose(shade: Shade): void {
    this.shade = shade;
    localStorage.setItem(KEY, shade);
    this.apply();
  }

  apply(): void {
    document.documentElement.dataset['shade'] = this.shade;
    this.#zoom();
  }

  #zoom(): void {
    // A window that cannot be enlarged is shown as it is.
    void this.#backend.zoom?.(this.textSize / 100).catch(() => {});
  }
}

function storedSize(): TextSize {
  const size = Number(localStorage.getItem(SIZE_KEY));
  return TEXT_SIZES.find((each) => each === size) ?? 100;
}

function stored(): Shade {
  const shade = localStorage.getItem(KEY);
  return shade === 'light' || shade === 'dark' ? shade : 'auto';
}
