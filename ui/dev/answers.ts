// What every part of the made-up till answers with, and how it says no.
import type { ApiError } from '../src/lib/bindings/ApiError';
import type { Code } from '../src/lib/bindings/Code';
import type { Param } from '../src/lib/bindings/Param';
import { type Answer, CallError, type CommandName, type Request } from '../src/lib/backend/backend';

/** One answer per command; nothing said means the new view. */
export type Answers = { [N in CommandName]: (request: Request<N>) => Answer<N> | void };

/** Nine forty-two on a Saturday, at every start. */
export const NOW = Date.UTC(2026, 10, 21, 9, 42);

export function refuse(code: Code, params: Record<string, Param> = {}): CallError {
  const refusal: ApiError = { code, params, message: code };
  return new CallError(refusal);
}

export function named(reason: string) {
  return { reason, name: null };
}

export function sum(amounts: number[]): number {
  return amounts.reduce((one, other) => one + other, 0);
}
