/** An empty list with room for one: where the first `push` onto `[]` makes room for seventeen, and nearly every list stays at one. */
export function shortList<Value>(): Value[] {
  const list: Value[] = [undefined as Value];
  list.pop();
  return list;
}
