// Typing into fields on behalf of a scanner that proved to be a person, or of the pad on the screen.

export type Field = HTMLInputElement | HTMLTextAreaElement;

const NO_TEXT = ['checkbox', 'radio', 'button', 'submit'];

/** Whether an element takes text. */
export function isField(element: unknown): element is Field {
  if (element instanceof HTMLTextAreaElement) return true;
  return element instanceof HTMLInputElement && !NO_TEXT.includes(element.type);
}

/** The field that has the focus, if one has. */
export function focusedField(): Field | null {
  return isField(document.activeElement) ? document.activeElement : null;
}

/** Types where the field's cursor stands. */
export function insert(field: Field, text: string): void {
  field.setRangeText(text, field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end');
  tell(field);
}

/** Deletes what is marked, or the character before the cursor. */
export function backspace(field: Field): void {
  const start = field.selectionStart ?? 0;
  const end = field.selectionEnd ?? 0;
  field.setRangeText('', start === end ? Math.max(0, start - 1) : start, end, 'end');
  tell(field);
}

/** Puts a text in place of what stands there. */
export function fill(field: Field | HTMLSelectElement, value: string): void {
  field.value = value;
  tell(field);
  // A list of choices tells of what was chosen only so.
  if (field instanceof HTMLSelectElement) field.dispatchEvent(new Event('change', { bubbles: true }));
}

/** On Enter, the next field of the sheet; after the last one, the button that is done with it. */
export function nextOnEnter(event: KeyboardEvent): void {
  const field = event.target;
  if (event.key !== 'Enter' || !isField(field)) return;
  event.preventDefault();
  const sheet = field.closest('[data-fields]');
  const fields = [...(sheet?.querySelectorAll('input') ?? [])].filter(isField);
  const next = fields[fields.indexOf(field as HTMLInputElement) + 1];
  (next ?? sheet?.querySelector<HTMLElement>('.primary'))?.focus();
  if (next) next.select();
}

function tell(field: HTMLElement): void {
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
