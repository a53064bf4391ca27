/** Tokens as a provider tells them; what is no number that can be counted with is none. */
export function count(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : 0;
}
