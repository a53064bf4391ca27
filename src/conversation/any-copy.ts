/**
 * Has `instanceof` of a class know what other copies of this package have made: a program may hold two, such as one that a
 * library of its tools brought along. Classes derived from it are told apart as usual.
 */
export function ofAnyCopy(kind: abstract new (...args: never) => object, name: string): void {
  const mark = Symbol.for(`yourcall.${name}`);
  Object.defineProperty(kind.prototype, mark, { value: true });
  Object.defineProperty(kind, Symbol.hasInstance, {
    value(this: unknown, value: Readonly<Record<symbol, unknown>> | null | undefined): boolean {
      return this === kind ? value?.[mark] === true : Function.prototype[Symbol.hasInstance].call(this, value);
    },
  });
}
