/** Events as they are read, the events of one read a step. */
export interface EventReads<Event> extends AsyncIterableIterator<readonly Event[]> {
  /**
   * What `next().then(took, failed)` gives, in one promise where that makes two; the loop asks for reads so (`chat/model-source.ts`).
   * Nothing comes of it where only `next()` can tell. The abort of the request's signal ends the wait.
   */
  nextThen?<Told>(took: Took<Event, Told>, failed: Failed<Told>): Promise<Told> | undefined;
}

/** Takes a step. */
export type Took<Event, Told> = (step: IteratorResult<readonly Event[], undefined>) => Told | Promise<Told>;

/** Takes what was thrown instead. */
export type Failed<Told> = (error: unknown) => Told | Promise<Told>;
