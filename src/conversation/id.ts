let prefix = '';
let count = 0;

/** An id that no other process gives: a random prefix per process and a counter. Not a secret. */
export function newId(): string {
  prefix ||= crypto.getRandomValues(new BigUint64Array(1))[0]!.toString(36);
  count += 1;
  return `${prefix}-${count.toString(36)}`;
}
