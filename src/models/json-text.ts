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
