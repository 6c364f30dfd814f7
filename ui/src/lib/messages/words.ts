import type { Param } from '../bindings/Param';
import type { Formats } from '../format';

/** The figures and words of a code's sentence, formatted for the reader. */
export class Words {
  readonly #params: { [name in string]?: Param };
  readonly #formats: Formats;

  constructor(params: { [name in string]?: Param }, formats: Formats) {
    this.#params = params;
    this.#formats = formats;
  }

  has(name: string): boolean {
    return this.#params[name] !== undefined;
  }

  /** Whether a count is one, for sentences that bend with it. */
  isOne(name: string): boolean {
    const param = this.#params[name];
    return param?.kind === 'count' && param.value === 1;
  }

  get(name: string): string {
    const param = this.#params[name];
    if (!param) return '…';
    switch (param.kind) {
      case 'text':
        return param.value;
      case 'count':
        return this.#formats.count(param.value);
      case 'money':
        return this.#formats.money(param.value);
      case 'quantity':
        return this.#formats.quantity(param.value);
      case 'moment':
        return this.#formats.time(param.value);
    }
  }
}
