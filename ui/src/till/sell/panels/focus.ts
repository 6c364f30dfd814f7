/** Puts the focus into the first field of a form that has just been opened, and leaves the panel where it is. */
export function focusFirst(form: HTMLElement): void {
  form.querySelector<HTMLElement>('input, select, textarea')?.focus({ preventScroll: true });
}
