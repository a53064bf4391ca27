/** An iterator that is opened at its first step: `open` sends the request. */
export function opening<Event>(
  open: () => Promise<AsyncIterableIterator<readonly Event[]>>,
): AsyncIterableIterator<readonly Event[]> {
  let opened: AsyncIterableIterator<readonly Event[]> | undefined;
  let closed = false;
  let isLeft = false;
  const over = { value: undefined, done: true } as const;
  const begin = async (): Promise<IteratorResult<readonly Event[], undefined>> => {
    // A request that fails is not sent again.
    closed = true;
    const iterator = await open();
    closed = false;
    opened = iterator;
    // Left while the request was under way.
    if (isLeft) await iterator.return?.();
    return iterator.next();
  };
  return {
    // Without `async`, since it stands on the way of every token.
    next() {
      if (closed) return Promise.resolve(over);
      return opened ? opened.next() : begin();
    },
    async return() {
      isLeft = true;
      closed = true;
      await opened?.return?.();
      return over;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
