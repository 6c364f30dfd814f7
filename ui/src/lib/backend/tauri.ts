import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';

import type { TillEvent } from '../bindings/TillEvent';
import { type Answer, type Backend, callError, type CommandName } from './backend';

/** The till in the same process, behind the desktop shell's one command. */
export function tauriBackend(): Backend {
  return {
    async call<N extends CommandName>(command: N, payload: unknown): Promise<Answer<N>> {
      try {
        return await invoke<Answer<N>>('rpc', { command, payload });
      } catch (reason) {
        throw callError(reason);
      }
    },
    listen(hear) {
      const listening = listen<TillEvent>('till-event', (event) => hear(event.payload));
      return () => void listening.then((stop) => stop());
    },
    zoom: (factor) => getCurrentWebview().setZoom(factor),
  };
}

/** Whether this page runs in the desktop shell. */
export function inDesktopShell(): boolean {
  return '__TAURI_INTERNALS__' in window;
}
