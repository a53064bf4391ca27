/**
 * How deeply a text of JSON is nested, found without parsing it. Not by a regular expression: over a string of some megabytes,
 * which a file in base64 is, that runs out of stack.
 */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at];
    if (one === '"') at = endOfString(text, at);
    else if (one === '[' || one === '{') deepest = Math.max(deepest, (depth += 1));
    else if (one === ']' || one === '}') depth -= 1;
  }
  return deepest;
}

/**
 * The name of a member that an object in a text of JSON has twice; nothing when there is none. Parsers keep one of the two, and
 * not all the same one: whoever has looked at such a text may have read another decision than is taken.
 */
export function repeatedName(text: string): string | undefined {
  // Of the objects and arrays around a place: the names that were there, or nothing in an array.
  const around: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at];
    if (one === '{') around.push(new Set());
    else if (one === '[') around.push(undefined);
    else if (one === '}' || one === ']') around.pop();
    else if (one === '"') {
      const end = endOfString(text, at);
      const name = isName(text, end + 1) ? spelled(text.slice(at, end + 1)) : undefined;
      if (name !== undefined && !isNew(name, around.at(-1))) return name;
      at = end;
    }
  }
  return undefined;
}

/** Remembers a name; false when it was there. */
function isNew(name: string, names: Set<string> | undefined): boolean {
  const before = names?.size;
  return names?.add(name).size !== before;
}

/** Whether a colon follows, as behind the name of a member and nowhere else. */
function isName(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return text[at] === ':';
}

/** A name may be written in several ways. */
function spelled(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

/** Where the string of JSON ends that begins here. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before -= 1;
  return (at - before) % 2 === 1;
}
