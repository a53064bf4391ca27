/** A function that gives the same again as long as its arguments are the same, by identity, as the last time. */
export function remembered<Arguments extends readonly unknown[], Result>(
  make: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  let last: { readonly given: Arguments; readonly result: Result } | undefined;
  return (...given) => {
    if (!last || given.some((one, i) => one !== last?.given[i])) last = { given, result: make(...given) };
    return last.result;
  };
}
