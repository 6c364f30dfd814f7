// Where one is, kept behind the # of the address: the server needs to know nothing of it, a reload and the
// browser's own way back lead to the same list with the same filter.

import { address, partsOf, type Query } from './address';

export class Router {
  path = $state.raw<readonly string[]>([]);
  query = $state.raw<Query>({});

  constructor() {
    this.#read();
  }

  listen(): () => void {
    const read = () => this.#read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }

  /** The area of the pages that is shown. */
  get area(): string {
    return this.path[0] ?? 'home';
  }

  go(path: string): void {
    location.hash = path;
  }

  /** Changes the filter of what is shown, without a step for the way back. An empty value takes it out. */
  set(changes: Query): void {
    const query = { ...this.query, ...changes };
    for (const [name, value] of Object.entries(query)) if (value === '') delete query[name];
    history.replaceState(history.state, '', `#${address(this.path, query)}`);
    this.query = query;
  }

  #read(): void {
    [this.path, this.query] = partsOf(location.hash.slice(1));
  }
}
