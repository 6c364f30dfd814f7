import type { AreaView } from '../../lib/bindings/office/AreaView';
import type { HomeView } from '../../lib/bindings/office/HomeView';
import type { Named } from '../../lib/bindings/office/Named';
import type { Permission } from '../../lib/bindings/office/Permission';
import type { SessionView } from '../../lib/bindings/office/SessionView';
import type { WelcomeView } from '../../lib/bindings/office/WelcomeView';
import { type Api, Failure, OUT_OF_DATE } from './api';

/** Who is logged in, and what the pages know of the hub. */
export class Session {
  view = $state.raw<SessionView | null>(null);
  /** It ended while somebody was at work. */
  expired = $state(false);
  /** Whether it is still being found out who is logged in. */
  asking = $state(true);
  fault = $state.raw<Failure | null>(null);
  /** The hubs to log in to. */
  hubs = $state.raw<readonly Named[]>([]);
  /** How many wait, by area of the pages. */
  waiting = $state.raw<{ [area in string]?: number }>({});
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
    api.onExpired = () => this.#end();
  }

  get hubName(): string {
    return this.view?.hub.name ?? '';
  }

  may(permission: Permission): boolean {
    return this.view?.permissions.includes(permission) ?? false;
  }

  /** Takes over the numbers that stand beside the areas' names. */
  count(areas: readonly AreaView[]): void {
    const of = (area: AreaView['area']) => areas.find((each) => each.area === area)?.count ?? 0;
    this.waiting = {
      packing: of('toPackToday'),
      problems: of('openProblems'),
      messages: of('messagesDropped'),
      tills: of('tillsSilent'),
    };
  }

  /** Counts anew; where that fails, the old numbers stay. */
  async recount(): Promise<void> {
    const home = await this.#api.get<HomeView>('home').catch(() => null);
    if (home) this.count(home.areas);
  }

  async begin(): Promise<void> {
    this.asking = true;
    this.fault = null;
    try {
      this.#take(await this.#api.get<SessionView>('session'));
    } catch (error) {
      const failure = Failure.of(error);
      if (failure.status === 401) await this.#welcome();
      else this.fault = failure;
    } finally {
      this.asking = false;
    }
  }

  /** Asks again what the pages know of the hub. */
  async renew(): Promise<void> {
    const view = await this.#api.get<SessionView>('session').catch(() => null);
    if (view) this.#take(view);
  }

  async logIn(hub: string | null, login: string, password: string): Promise<void> {
    this.#take(await this.#api.post<SessionView>('login', { hub, login, password }));
  }

  /** Sets a password by a one-time code, and is logged in with it. */
  async reset(hub: string | null, code: string, fresh: string): Promise<void> {
    this.#take(await this.#api.post<SessionView>('reset', { hub, code, new: fresh }));
  }

  async changePassword(current: string, fresh: string): Promise<void> {
    this.#take(await this.#api.post<SessionView>('password', { current, new: fresh }));
  }

  async logOut(): Promise<void> {
    await this.#api.post('logout', {}).catch(() => {});
    // What was on the screen is nobody else's business.
    location.reload();
  }

  #take(view: SessionView): void {
    this.#api.token = view.token;
    this.view = view;
    // What could not be asked while nobody was logged in is asked now.
    if (this.expired) dispatchEvent(new Event(OUT_OF_DATE));
    this.expired = false;
  }

  #end(): void {
    if (!this.view) return;
    this.expired = true;
    void this.#welcome();
  }

  async #welcome(): Promise<void> {
    const welcome = await this.#api.get<WelcomeView>('welcome').catch(() => null);
    this.hubs = welcome?.hubs ?? [];
  }
}
