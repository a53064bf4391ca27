import { isOpening } from 'yourcall/runtime';

/** Of each method of a store that writes: whether it wrote anything, and whether that waits for the disk. */
const writers = {
  create: { wrote: Boolean, waits: () => true },
  append: { wrote: ({ type }) => type !== 'missing', waits: (append) => !isOpening(append) },
  appendDeltas: { wrote: () => true, waits: () => false },
  claim: { wrote: (claimed) => claimed !== undefined, waits: () => false },
  renew: { wrote: () => true, waits: () => false },
  stop: { wrote: Boolean, waits: () => true },
  expire: { wrote: Boolean, waits: () => true },
  compact: { wrote: (threads) => threads > 0, waits: () => true },
};

/** A store that counts the transactions in which it writes, each of its methods being one, and those that wait for the disk. */
export function counting(store) {
  const counts = { transactions: 0, waits: 0 };
  let givenBack = () => {};
  return new Proxy(store, {
    get(target, name) {
      if (name === 'counts') return { ...counts };
      // Resolves when whoever advances a thread has stored its end.
      if (name === 'givenBack') return () => new Promise((resolve) => (givenBack = resolve));
      const method = target[name].bind(target);
      const writer = writers[name];
      if (!writer) return method;
      return async (...given) => {
        const answer = await method(...given);
        if (writer.wrote(answer)) counts.transactions += 1;
        if (writer.wrote(answer) && writer.waits(...given)) counts.waits += 1;
        if (given[0]?.release) givenBack();
        return answer;
      };
    },
  });
}
