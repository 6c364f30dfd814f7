import type { TillEvent } from '../bindings/TillEvent';
import { type Answer, type Backend, callError, type CommandName } from './backend';

/** The till behind a host on this machine's loopback that also served this page. */
export function httpBackend(base = ''): Backend {
  return {
    async call<N extends CommandName>(command: N, payload: unknown): Promise<Answer<N>> {
      try {
        const response = await fetch(`${base}/rpc/${command}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(payload),
        });
        const answer: unknown = await response.json();
        if (!response.ok) throw answer;
        return answer as Answer<N>;
      } catch (reason) {
        throw callError(reason);
      }
    },
    listen(hear) {
      const events = new EventSource(`${base}/events`);
      events.onmessage = (message: MessageEvent<string>) => hear(JSON.parse(message.data) as TillEvent);
      return () => events.close();
    },
  };
}
