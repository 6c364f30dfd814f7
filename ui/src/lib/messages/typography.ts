// The spaces of a language's typography, put in one place instead of in every sentence.

/** A narrow space that does not break stands before these in French, and a wide one before a colon and in quotes. */
export function french(text: string): string {
  return text
    .replace(/ ([;!?])/g, '\u202f$1')
    .replace(/ ([:»])/g, '\u00a0$1')
    .replace(/« /g, '«\u00a0');
}

/** The same messages, each passed through a language's typography, figures included. */
export function typeset<M extends object>(messages: M, typography: (text: string) => string): M {
  const entries = Object.entries(messages).map(([key, message]) => [key, typesetOne(message, typography)]);
  return Object.fromEntries(entries) as M;
}

function typesetOne(message: unknown, typography: (text: string) => string): unknown {
  if (typeof message === 'string') return typography(message);
  if (typeof message === 'function') {
    const say = message as (...figures: unknown[]) => string;
    return (...figures: unknown[]) => typography(say(...figures));
  }
  return typeof message === 'object' && message !== null ? typeset(message, typography) : message;
}
