import type { Picture } from '../../lib/bindings/Picture';
import type { Screen } from '../../lib/bindings/Screen';
import type { TilesView } from '../../lib/bindings/TilesView';
import type { TillView } from '../../lib/bindings/TillView';
import type { ApiError } from '../../lib/bindings/ApiError';
import {
  type Answer,
  type Backend,
  CallError,
  callError,
  type CommandName,
  type Request,
} from '../../lib/backend';
import type { Sounds } from './sounds';

/** Commands that answer with the whole new state. */
export type Deed = { [N in CommandName]: Answer<N> extends TillView ? N : never }[CommandName];

const RECONNECT_MS = 1000;

/**
 * What the screen knows: the state that the till sent last, and nothing that it worked out itself.
 *
 * Deeds go to the till one after the other, in the order in which they were pressed or scanned, so that
 * ten quick scans are ten lines; a refusal of one does not lose the next.
 */
export class TillState {
  view = $state.raw<TillView | null>(null);
  tiles = $state.raw<TilesView | null>(null);
  /** Why the last deed was not done; gone with the next one that is. */
  refusal = $state.raw<ApiError | null>(null);
  /** How many deeds wait for their answer. */
  waiting = $state(0);
  readonly #backend: Backend;
  readonly #sounds: Sounds;
  #queue: Promise<unknown> = Promise.resolve();
  #soundHeard = 0;
  /** Which products the tiles show. */
  #shelf = '';
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- a cache that nothing is rendered from
  readonly #pictures = new Map<string, Promise<string>>();

  constructor(backend: Backend, sounds: Sounds) {
    this.#backend = backend;
    this.#sounds = sounds;
  }

  /** Fetches the first state, and hears what follows until the returned function is called. */
  start(): () => void {
    let stopped = false;
    const stop = this.#backend.listen((event) => this.#take(event.value));
    const fetch = () =>
      this.#backend.call('till_view', {}).then(
        (view) => this.#take(view),
        () => !stopped && setTimeout(fetch, RECONNECT_MS),
      );
    void fetch();
    return () => {
      stopped = true;
      stop();
    };
  }

  get screen(): Screen | null {
    return this.view?.screen ?? null;
  }

  /** Does something after everything pressed before it; answers the refusal, or null where it was done. */
  act<N extends Deed>(command: N, request: Request<N>): Promise<ApiError | null> {
    this.waiting += 1;
    const done = this.#queue.then(() => this.#perform(command, request));
    this.#queue = done;
    return done;
  }

  /** Asks for something that changes nothing, beside the deeds. */
  ask<N extends CommandName>(command: N, request: Request<N>): Promise<Answer<N>> {
    return this.#backend.call(command, request);
  }

  /** A product's picture as an address for an image. */
  picture(id: string): Promise<string> {
    const known = this.#pictures.get(id);
    if (known) return known;
    const fetched = this.ask('picture_get', { picture: id }).then(dataAddress);
    this.#pictures.set(id, fetched);
    fetched.catch(() => this.#pictures.delete(id));
    return fetched;
  }

  async #perform<N extends Deed>(command: N, request: Request<N>): Promise<ApiError | null> {
    try {
      const view: TillView = await this.#backend.call(command, request);
      this.refusal = null;
      this.#take(view);
      return null;
    } catch (reason) {
      const { refusal }: CallError = callError(reason);
      this.refusal = refusal;
      this.#sounds.play('error');
      return refusal;
    } finally {
      this.waiting -= 1;
    }
  }

  #take(view: TillView): void {
    if (this.view && view.revision < this.view.revision) return;
    const first = this.view === null;
    this.view = view;
    this.#hear(view, first);
    // A practice has products of its own, which may have changed as often as the real ones.
    const shelf = `${view.catalogueRevision} ${view.hub?.practice}`;
    if (shelf !== this.#shelf && view.screen.kind === 'sell') {
      this.#shelf = shelf;
      void this.#fetchTiles();
    }
  }

  #hear({ sound }: TillView, first: boolean): void {
    if (!sound || sound.number === this.#soundHeard) return;
    this.#soundHeard = sound.number;
    if (!first) this.#sounds.play(sound.kind);
  }

  async #fetchTiles(): Promise<void> {
    try {
      this.tiles = await this.ask('catalogue_get', {});
      this.#pictures.clear();
    } catch {
      this.#shelf = '';
    }
  }
}

function dataAddress({ mediaType, base64 }: Picture): string {
  return `data:${mediaType};base64,${base64}`;
}
