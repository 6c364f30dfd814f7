import type { Backend } from './backend';
import { httpBackend } from './http';
import { inDesktopShell, tauriBackend } from './tauri';

export { type Answer, type Backend, CallError, callError, type CommandName, type Request } from './backend';

/** The till of the host that this page runs in. */
export function connect(): Backend {
  return inDesktopShell() ? tauriBackend() : httpBackend();
}
