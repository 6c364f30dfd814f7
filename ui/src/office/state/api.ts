// The one door to the server.

/** What goes out and comes in; the browser's own, or a made-up office in a test. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export type Params = { [name in string]?: string };

/** Why the server did not do it, or that it could not be asked. */
export class Failure extends Error {
  readonly code: string;
  readonly params: Params;
  /** 0 where no answer came. */
  readonly status: number;

  constructor(code: string, status: number, params: Params = {}) {
    super(code);
    this.code = code;
    this.status = status;
    this.params = params;
  }

  /** Whether the server has decided: the same asked again is a new wish. */
  get isAnswer(): boolean {
    return this.status >= 400 && this.status < 500;
  }

  static of(error: unknown): Failure {
    return error instanceof Failure ? error : new Failure('page_fault', 0);
  }
}

/** An answer that takes longer than this will not come. */
const PATIENCE_MS = 20_000;

/** Something on the page has been changed elsewhere. */
export const OUT_OF_DATE = 'office-out-of-date';

export class Api {
  /** Proves that a change comes from this page and not from one elsewhere in the same browser. */
  token = '';
  /** Somebody has to log in. */
  onExpired: () => void = () => {};
  readonly #fetch: Fetch;
  readonly #base: string;

  constructor(fetch: Fetch, base = '/office/api') {
    this.#fetch = fetch;
    this.#base = base;
  }

  /** The address of something to download. */
  link(path: string, query: Query = {}): string {
    return `${this.#base}/${path}${asked(query)}`;
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#send<T>(this.link(path, query), { method: 'GET' });
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.#send<T>(this.link(path), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'x-office-token': this.token },
    });
  }

  async #send<T>(path: string, init: RequestInit): Promise<T> {
    const answer = await this.#reach(path, init);
    const body: unknown = answer.status === 204 ? null : await answer.json().catch(() => null);
    if (answer.ok) return body as T;
    const { code, params } = (body ?? {}) as { code?: string; params?: Params };
    const failure = new Failure(code ?? 'server_fault', answer.status, params ?? {});
    // What is shown is out of date: whoever shows it asks anew.
    if (failure.code === 'changed_meanwhile') dispatchEvent(new Event(OUT_OF_DATE));
    if (failure.code === 'unauthorised') this.onExpired();
    throw failure;
  }

  async #reach(path: string, init: RequestInit): Promise<Response> {
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      return await this.#fetch(path, { ...init, signal, credentials: 'same-origin', cache: 'no-store' });
    } catch {
      throw new Failure('server_not_reached', 0);
    }
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

function asked(query: Query): string {
  const filled = Object.entries(query).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  const text = new URLSearchParams(filled.map(([name, value]) => [name, String(value)])).toString();
  return text ? `?${text}` : '';
}
