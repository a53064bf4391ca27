import { endOfString } from '../../conversation/depth.ts';

/** The arguments of the calls in one piece of an answer, as their provider wrote them. */
export class RawArguments {
  readonly #json: string;
  #texts: readonly string[] | undefined;
  #next = 0;

  constructor(json: string) {
    this.#json = json;
  }

  /** The text of the next arguments; they are written anew where it is not found. */
  next(args: unknown): string {
    this.#texts ??= rawArguments(this.#json);
    const text = this.#texts[this.#next];
    this.#next += 1;
    const written = JSON.stringify(args);
    return text !== undefined && JSON.stringify(JSON.parse(text)) === written ? text : written;
  }
}

/**
 * The text of every `args` of a `functionCall` in a piece of JSON, to the letter and in order: parsed and written again,
 * large and decimal numbers would be others (rule W1).
 */
function rawArguments(json: string): readonly string[] {
  const found: string[] = [];
  /** The name of the member that each open object or list is the value of. */
  const owners: string[] = [];
  let name = '';
  let start = -1;
  let depth = 0;
  for (let i = 0; i < json.length; i += 1) {
    switch (json.charCodeAt(i)) {
      case quote: {
        const end = endOfString(json, i);
        if (isName(json, end)) name = json.slice(i + 1, end);
        i = end;
        break;
      }
      case openBrace:
      case openBracket:
        if (start < 0 && name === 'args' && owners.at(-1) === 'functionCall') {
          start = i;
          depth = owners.length;
        }
        owners.push(name);
        name = '';
        break;
      case closeBrace:
      case closeBracket:
        owners.pop();
        if (start < 0 || owners.length > depth) break;
        found.push(json.slice(start, i + 1));
        start = -1;
        break;
    }
  }
  return found;
}

/** Whether the string that ends here is the name of a member. */
function isName(json: string, end: number): boolean {
  let next = end + 1;
  while (json.charCodeAt(next) <= space) next += 1;
  return json.charCodeAt(next) === colon;
}

const space = 32;
const quote = 34;
const colon = 58;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
