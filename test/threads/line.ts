import type { Store } from '../../src/store/store.ts';

/** When a process is cut off from its store: for good when it dies, for a while when it is frozen. */
export interface Cut {
  /** Counted from the first one of the process. */
  readonly at: number;
  readonly of: 'append' | 'effect';
  readonly when: 'before' | 'after';
  /** Milliseconds until it thaws, once it has lost its thread; never when it dies. */
  readonly thaws?: number;
}

/** The line of a process: goes dead, or still for a while, at its cut. */
export class Line {
  readonly #cut: Cut | undefined;
  #counted = 0;
  #thaw = (): void => {};
  /** By what name it has claimed a thread. */
  holder: string | undefined;
  thawed: Promise<unknown> | undefined;

  constructor(cut: Cut | undefined) {
    this.#cut = cut;
  }

  /** Does what the process does, unless it is cut before or after. */
  async pass<Answer>(what: Cut['of'] | 'other', act: () => Answer | Promise<Answer>): Promise<Answer> {
    // What was sent before it froze is answered first: renewals come too late to help.
    if (this.thawed && what === 'other')
      await this.thawed.then(() => new Promise((resolve) => setTimeout(resolve, 30)));
    await this.thawed;
    this.#counted += what === this.#cut?.of ? 1 : 0;
    const isHere = what === this.#cut?.of && this.#counted === this.#cut.at;
    if (isHere && this.#cut?.when === 'before') this.#freeze();
    await this.thawed;
    const answer = await act();
    if (isHere && this.#cut?.when === 'after') this.#freeze();
    await this.thawed;
    return answer;
  }

  /** A store, as the process reaches it. */
  to(store: Store): Store {
    return new Proxy(store, {
      get: (target, name: keyof Store) => {
        if (name === 'subscribe' || name === 'onWake') return (target[name] as Store['onWake']).bind(target);
        return (...given: never[]) => {
          if (name === 'claim') this.holder = (given as readonly unknown[] as Parameters<Store['claim']>)[0].holder;
          // The methods take what they are given, by whatever name.
          return this.pass(name === 'append' ? name : 'other', () =>
            (target[name] as (...all: never[]) => Promise<unknown>)(...given),
          );
        };
      },
    });
  }

  /** Another process has its thread now, or there is nothing left to have. */
  hasLost(): void {
    const { thaws } = this.#cut ?? {};
    if (thaws !== undefined) setTimeout(this.#thaw, thaws);
  }

  #freeze(): void {
    this.thawed = new Promise<void>((resolve) => (this.#thaw = resolve));
  }
}
