/** What each method of a store that writes answers when it has written something. */
const writers = {
  create: Boolean,
  append: ({ type }) => type !== 'missing',
  appendDeltas: () => true,
  claim: (claimed) => claimed !== undefined,
  renew: () => true,
  stop: Boolean,
  compact: (threads) => threads > 0,
};

/** A store that counts the transactions in which it writes: each of its methods is one. */
export function counting(store) {
  let transactions = 0;
  return new Proxy(store, {
    get(target, name) {
      if (name === 'transactions') return transactions;
      const method = target[name].bind(target);
      const wrote = writers[name];
      if (!wrote) return method;
      return async (...given) => {
        const answer = await method(...given);
        if (wrote(answer)) transactions += 1;
        return answer;
      };
    },
  });
}
