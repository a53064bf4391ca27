/** So deep nobody's answer is nested. What is nested a few thousand times deep breaks whatever walks through it. */
export const deepest = 500;

/** Whether a text of JSON is nested so deeply that nothing may be made of it. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  // What is nested is at least twice as long as it is deep.
  if (text.length <= deepest * 2) return false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case openBracket:
      case openBrace:
        depth += 1;
        if (depth > deepest) return true;
        break;
      case closeBracket:
      case closeBrace:
        depth -= 1;
        break;
    }
  }
  return false;
}

/** Where a string of JSON ends that begins here; strings may be long, and are skipped at once. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

const quote = 34;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
