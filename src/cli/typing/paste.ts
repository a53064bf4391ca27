/**
 * What is pasted comes as keys like any other, between two marks that a terminal sends when it is asked to. Inside of them a
 * line break ends no line: it becomes a sign, for which the line editor has a place, and a line break again at last.
 */

/** Asks a terminal for the marks, and to leave them out again. */
export const pasteMarks = { on: '\u001B[?2004h', off: '\u001B[?2004l' } as const;

const begin = '\u001B[200~';
const end = '\u001B[201~';
/** From the private area of Unicode: nobody types these. */
const signs = { '\n': '\uE00A', '\t': '\uE009' } as const;

/** A text as the line editor holds it. */
export function asTyped(text: string): string {
  return text.replaceAll('\n', signs['\n']).replaceAll('\t', signs['\t']);
}

/** The text that a line of the editor means. */
export function asMeant(line: string): string {
  return line.replaceAll(signs['\n'], '\n').replaceAll(signs['\t'], '\t');
}

/** What the editor draws, with signs that show. */
export function asShown(drawn: string): string {
  return drawn.replaceAll(signs['\n'], '⏎').replaceAll(signs['\t'], '⇥');
}

/** Keys as they come, or a text that was pasted. */
export type Typed = { readonly type: 'keys' | 'paste'; readonly text: string };

/** Tells keys and pasted texts apart, however the stream is cut. */
export class PasteReader {
  #held = '';
  #isPasting = false;

  /** What came, in its order. */
  take(chunk: string): readonly Typed[] {
    const typed: Typed[] = [];
    let text = this.#held + chunk;
    this.#held = '';
    for (;;) {
      const mark = this.#isPasting ? end : begin;
      const at = text.indexOf(mark);
      if (at === -1) break;
      typed.push(this.#read(text.slice(0, at)));
      this.#isPasting = !this.#isPasting;
      text = text.slice(at + mark.length);
    }
    const held = this.#isPasting ? text.length : partOf(begin, text);
    this.#held = text.slice(text.length - held);
    typed.push(this.#read(text.slice(0, text.length - held)));
    return typed.filter((one) => one.text !== '');
  }

  #read(text: string): Typed {
    if (!this.#isPasting)
      return { type: 'keys', text: text.replaceAll('\u001B\r', signs['\n']).replaceAll('\u001B\n', signs['\n']) };
    const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
    // A pasted text moves nothing and ends nothing.
    return { type: 'paste', text: asTyped(lines).replace(/\p{Cc}/gu, '') };
  }
}

/** How much of a mark the text ends with. Less than three characters of it are keys that somebody may press. */
function partOf(mark: string, text: string): number {
  for (let length = mark.length - 1; length >= 3; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
