/** Whether a text is complete JSON; blank text is not. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A text, where one stands; anything else that an answer may hold says nothing. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Whether it is a text that says something. */
export function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/**
 * The arguments of a call as text, whatever a server makes of them: what is no object is told all the same, so that the
 * call fails and is not taken for one without arguments. An empty list is how some write an empty object.
 */
export function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value;
  const isNothing = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  return isNothing ? '' : JSON.stringify(value);
}

/**
 * JSON without halves of surrogate pairs, which an emoji leaves that was cut in two: a server may refuse all of a request
 * for one, and again in every later request of the conversation. U+FFFD stands for each. Whole pairs stay as they are.
 */
export function wellFormedJson(json: string): string {
  return json.includes('\\u') ? json.replace(escapes, whole) : json;
}

/** Every escape, so that a backslash that is one itself is not taken for the beginning of another. */
const escapes = /\\(?:u(?:d[89ab][\da-f]{2}(\\ud[c-f][\da-f]{2})?|d[c-f][\da-f]{2})|[^])/gi;

function whole(escape: string, low: string | undefined): string {
  return low !== undefined || escape.length === 2 ? escape : String.raw`\ufffd`;
}
