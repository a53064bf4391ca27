/** Does one thing at a time, and rests after each for as long as it took: however much is wanted, half of the time is left for all else. */
export class OneAtATime {
  #last: Promise<void> = Promise.resolve();

  /** Does it when its turn has come. */
  async do<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const turn = this.#last;
    this.#last = promise;
    await turn;
    const began = performance.now();
    try {
      return await work();
    } finally {
      setTimeout(resolve, performance.now() - began);
    }
  }
}
