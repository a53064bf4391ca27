import { count } from '../../wire/plain-text.ts';
import type { SchemaNode } from './schema-node.ts';

type Tell = (why: string) => void;

/** How long a text may be, and how it is written. */
export function checkText(text: string, { minLength, maxLength, pattern }: SchemaNode, tell: Tell): void {
  const length = Array.from(text).length;
  if (isNumber(minLength) && length < minLength) tell(`has fewer than ${count(minLength, 'character')}`);
  if (isNumber(maxLength) && length > maxLength) tell(`has more than ${count(maxLength, 'character')}`);
  if (typeof pattern === 'string' && !isWrittenLike(text, pattern)) tell(`is not written like ${pattern}`);
}

function isWrittenLike(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

/** How big a number may be. */
export function checkNumber(number: number, node: SchemaNode, tell: Tell): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node;
  if (isNumber(minimum) && number < minimum) tell(`is less than ${minimum}`);
  if (isNumber(maximum) && number > maximum) tell(`is more than ${maximum}`);
  if (isNumber(exclusiveMinimum) && number <= exclusiveMinimum) tell(`is not more than ${exclusiveMinimum}`);
  if (isNumber(exclusiveMaximum) && number >= exclusiveMaximum) tell(`is not less than ${exclusiveMaximum}`);
  const isWhole = isNumber(multipleOf) && Number.isInteger(multipleOf) && Number.isInteger(number);
  if (isWhole && number % multipleOf !== 0) tell(`is no multiple of ${multipleOf}`);
}

/** How many items a list may have. */
export function checkList(items: readonly unknown[], { minItems, maxItems }: SchemaNode, tell: Tell): void {
  if (isNumber(minItems) && items.length < minItems) tell(`has fewer than ${count(minItems, 'item')}`);
  if (isNumber(maxItems) && items.length > maxItems) tell(`has more than ${count(maxItems, 'item')}`);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
