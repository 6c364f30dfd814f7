import { getContext, setContext } from 'svelte';

import type { Api } from './api';
import { Keys } from './keys.svelte';
import { Locale } from './locale.svelte';
import { Router } from './router.svelte';
import { Server } from './server';
import { Session } from './session.svelte';
import { Toasts } from './toasts.svelte';

/** What all pages share. */
export class Office {
  readonly api: Api;
  readonly server: Server;
  readonly session: Session;
  readonly locale: Locale;
  readonly router = new Router();
  readonly toasts = new Toasts();
  readonly keys = new Keys();

  constructor(api: Api) {
    this.api = api;
    this.server = new Server(api);
    this.session = new Session(api);
    this.locale = new Locale(this.session);
  }
}

const KEY = Symbol('office');

export function provideOffice(office: Office): Office {
  return setContext(KEY, office);
}

export function useOffice(): Office {
  return getContext<Office>(KEY);
}
