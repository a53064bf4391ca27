/** Whether the JSON of a value is certainly not longer than so many bytes: without writing it. */
export function isWithin(value: unknown, bytes: number): boolean {
  return rest(value, bytes) >= 0;
}

/** How much is left at least when a value was written; it looks no further once nothing is. */
function rest(value: unknown, left: number): number {
  // An escaped character takes six bytes, a number hardly ever more than 24.
  if (typeof value === 'string') return left - 2 - value.length * 6;
  if (typeof value !== 'object' || value === null) return left - 24;
  let still = left - 2;
  for (const [name, member] of Object.entries(value)) {
    if (still < 0) return still;
    still = rest(member, still - (Array.isArray(value) ? 1 : name.length * 6 + 4));
  }
  return still;
}

/** The bytes of a value as JSON. */
export function sizeOf(value: unknown): number {
  return value === undefined ? 0 : new TextEncoder().encode(JSON.stringify(value)).length;
}

/** The bytes that a text of base64 stands for. */
export function base64Size(data: string): number {
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  return Math.floor(((data.length - padding) * 3) / 4);
}
