/** "04:30", from minutes after midnight. */
export function dayEnd(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Minutes after midnight; null for no time. */
export function fromDayEnd(text: string): number | null {
  const parts = /^(\d{2}):(\d{2})$/.exec(text);
  return parts ? Number(parts[1]) * 60 + Number(parts[2]) : null;
}
