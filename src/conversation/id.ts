let prefix = '';
let count = 0;

/** An id that no other process gives: a random prefix per process and a counter. Not a secret. */
export function newId(): string {
  prefix ||= Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(36).padStart(2, '0')).join(
    '',
  );
  count += 1;
  return `${prefix}-${count.toString(36)}`;
}
