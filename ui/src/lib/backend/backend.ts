// The one door to the till. A host (the desktop shell, the headless host of the tests) implements it;
// nothing else in the pages knows which one it is.
import type { ApiError } from '../bindings/ApiError';
import type { Commands } from '../bindings/Commands';
import type { TillEvent } from '../bindings/TillEvent';

export type CommandName = keyof Commands;
export type Request<N extends CommandName> = Commands[N][0];
export type Answer<N extends CommandName> = Commands[N][1];

export interface Backend {
  /** Calls one command. Rejects with a {@link CallError} where the till says no. */
  call<N extends CommandName>(command: N, request: Request<N>): Promise<Answer<N>>;
  /** Hears what the till says by itself, until the returned function is called. */
  listen(hear: (event: TillEvent) => void): () => void;
  /** Shows the page larger, 1 being its usual size. A host without it leaves that to its browser. */
  zoom?(factor: number): Promise<void>;
}

/** The till said no; nothing was changed. */
export class CallError extends Error {
  readonly refusal: ApiError;

  constructor(refusal: ApiError) {
    super(`${refusal.code}: ${refusal.message}`);
    this.refusal = refusal;
  }
}

/** Makes a {@link CallError} of whatever a host rejected with. */
export function callError(reason: unknown): CallError {
  if (reason instanceof CallError) return reason;
  if (isRefusal(reason)) return new CallError(reason);
  return new CallError({ code: 'internal', params: {}, message: String(reason) });
}

function isRefusal(reason: unknown): reason is ApiError {
  return typeof reason === 'object' && reason !== null && 'code' in reason && 'params' in reason;
}
