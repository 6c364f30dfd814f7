import { shortcutOf } from '../../lib/keys/shortcuts';
import { type Scanned, type Typing, Wedge } from '../../lib/scanner/wedge';
import { type Field, fill, focusedField, insert } from '../../lib/typing';
import type { App } from './app.svelte';

/**
 * The one listener for keys. Every key passes the scanner's recogniser first, before any field or button
 * sees it; what a person typed then goes to the field that has the focus, or to the view.
 */
export class Keyboard {
  readonly #app: App;
  readonly #wedge: Wedge;
  /** The field that had the focus when the present burst of keys began. */
  #field: Field | null = null;
  /** Set while keys that were held back are delivered: they are known to be typed by hand. */
  #delivering = false;

  constructor(app: App) {
    this.#app = app;
    const clock = {
      after: (ms: number, run: () => void) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    };
    const typing: Typing = {
      snapshot: () => this.#snapshot(),
      // In a field every key is only a character.
      acts: (key) => !focusedField() && shortcutOf(bare(key)) !== null,
      deliver: (text) => this.#deliver(text),
    };
    this.#wedge = new Wedge(typing, (scan) => this.#scanned(scan), clock);
  }

  /** Follows the till's scanner settings. */
  configure(settings: { prefix: string | null; usLayout: boolean }): void {
    this.#wedge.settings = settings;
  }

  /** Listens until the returned function is called. */
  listen(): () => void {
    const capture = { capture: true };
    const down = (event: KeyboardEvent) => this.#recognise(event);
    const up = (event: KeyboardEvent) => this.#wedge.release(event.key);
    const settle = () => this.#wedge.flush();
    const act = (event: KeyboardEvent) => this.#act(event);
    window.addEventListener('keydown', down, capture);
    window.addEventListener('keyup', up, capture);
    window.addEventListener('keydown', act);
    window.addEventListener('click', letGo);
    window.addEventListener('pointerdown', settle, capture);
    window.addEventListener('focusout', settle, capture);
    return () => {
      window.removeEventListener('keydown', down, capture);
      window.removeEventListener('keyup', up, capture);
      window.removeEventListener('keydown', act);
      window.removeEventListener('click', letGo);
      window.removeEventListener('pointerdown', settle, capture);
      window.removeEventListener('focusout', settle, capture);
    };
  }

  #recognise(event: KeyboardEvent): void {
    if (this.#delivering || event.isComposing) return;
    const { key, code, repeat, timeStamp: at } = event;
    const command = event.ctrlKey || event.altKey || event.metaKey;
    if (this.#wedge.press({ key, code, at, repeat, command })) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  #act(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const shortcut = shortcutOf(event);
    if ((focusedField() || event.target instanceof HTMLSelectElement) && !worksInFields(event)) return;
    // A focused button takes its own Enter and space; everything else of the keyboard stays with the view.
    if (/^(Enter| )$/.test(event.key) && event.target instanceof HTMLButtonElement) return;
    const repeatable = shortcut === null || shortcut === 'lineUp' || shortcut === 'lineDown';
    if (event.repeat && !repeatable) return event.preventDefault();
    const used = shortcut ? this.#app.shortcut(shortcut) : this.#plain(event);
    if (used) event.preventDefault();
  }

  #plain(event: KeyboardEvent): boolean {
    return !event.ctrlKey && !event.metaKey && !event.altKey && this.#app.key(event.key);
  }

  #scanned(scan: Scanned): void {
    const field = this.#field;
    if (this.#app.scan(scan, field !== null)) return;
    if (field) insert(field, scan.code);
    else this.#app.sounds.play('error');
  }

  #snapshot(): () => void {
    this.#field = focusedField();
    const field = this.#field ?? focusedChoice();
    const value = field?.value;
    const takeBack = this.#app.snapshot();
    return () => {
      if (field && value !== undefined && field.value !== value) fill(field, value);
      takeBack();
    };
  }

  #deliver(text: string): void {
    this.#delivering = true;
    for (const key of text) {
      const free = !this.#field && !focusedField();
      const used = free && !window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
      const field = this.#field ?? focusedField();
      if (field && !used) insert(field, key);
    }
    this.#delivering = false;
  }
}

/** A button that was tapped does not keep the keys: the next Enter pays, and adds no second loaf. */
function letGo({ detail }: MouseEvent): void {
  const byPointer = detail > 0;
  if (byPointer && document.activeElement instanceof HTMLButtonElement) document.activeElement.blur();
}

function worksInFields({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return /^F\d+$/.test(key) || key === 'Escape' || ((ctrlKey || metaKey) && !/^[acvxz]$/i.test(key));
}

/** A list of choices changes with the first letter, too. */
function focusedChoice(): HTMLSelectElement | null {
  const element = document.activeElement;
  return element instanceof HTMLSelectElement ? element : null;
}

function bare(key: string) {
  return { key, ctrlKey: false, metaKey: false, altKey: false };
}
