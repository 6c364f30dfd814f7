/** Puts the focus into the first field of a form that has just been opened. */
export function focusFirst(form: HTMLElement): void {
  form.querySelector<HTMLElement>('input, select, textarea')?.focus();
}
