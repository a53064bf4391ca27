import { Alarm } from '../alarm.ts';
import type { ThreadKey } from '../thread.ts';
import type { Waker } from '../waker.ts';

/** Whoever is to be woken in this process: by the alarm, of what was heard, and by a waker, if there is one. */
export class Wakes {
  readonly alarm: Alarm = new Alarm();
  #waker: Waker | undefined;
  #end: (() => void) | undefined;

  get waker(): Waker | undefined {
    return this.#waker;
  }

  /** There is one when the database was reached. */
  set waker(waker: Waker | undefined) {
    this.#waker = waker;
    this.#listen();
  }

  onWake(listener: (key: ThreadKey) => void): () => void {
    const leave = this.alarm.onWake(listener);
    this.#listen();
    return () => {
      leave();
      if (!this.alarm.isHeard) this.#rest();
    };
  }

  async close(): Promise<void> {
    this.alarm.close();
    this.#rest();
    await this.#waker?.close();
  }

  /** A process that advances nothing takes no job from those that do. */
  #listen(): void {
    if (this.alarm.isHeard) this.#end ??= this.#waker?.onWake((key) => this.alarm.tell(key));
  }

  #rest(): void {
    this.#end?.();
    this.#end = undefined;
  }
}
