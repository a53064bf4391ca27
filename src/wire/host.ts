/**
 * Whether this is the name of a server, with or without a port, as a `Host` header has it. What is more than that would
 * become a path, a query or a user in an address that is made of it.
 */
export function isHost(text: string): boolean {
  return /^[^\s/\\?#@]+$/.test(text) && URL.canParse(`http://${text}`);
}
