import { newActionId } from '../../lib/ids';
import { Failure } from './api';

/**
 * One thing that a form does. Its id is made with the form, so that a double press, or a press after an
 * answer that got lost, does it once; a new id only comes when the server has answered.
 */
export class Deed {
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  #id = newActionId();

  /** Whether it was done. While it is under way a second press is that same press. */
  async run(send: (action: string) => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    try {
      await send(this.#id);
      this.#id = newActionId();
      return true;
    } catch (error) {
      this.failure = Failure.of(error);
      if (this.failure.isAnswer) this.#id = newActionId();
      return false;
    } finally {
      this.busy = false;
    }
  }
}
