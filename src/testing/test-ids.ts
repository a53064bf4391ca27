/**
 * Ids that are the same in every run of a test, for `new Conversation({ newId: testIds() })`.
 * They count up: `id-1`, `id-2`, …
 */
export function testIds(prefix = 'id'): () => string {
  let count = 0;
  return () => `${prefix}-${(count += 1)}`;
}
