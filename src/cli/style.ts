import { styleText } from 'node:util';

/** How words are set off; each leaves the text as it is where colours are not wanted. */
export interface Style {
  /** Whether words are set off at all. */
  readonly isColoured: boolean;
  bold(text: string): string;
  italic(text: string): string;
  underline(text: string): string;
  strikethrough(text: string): string;
  inverse(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/**
 * The styles of a stream: none when it is no terminal, or when NO_COLOR is set. FORCE_COLOR decides where it is set: `0` and
 * `false` mean none, anything else means colours wherever the stream goes.
 */
export function styleOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Style {
  const isColoured = wantsColours(stream, env);
  const as =
    (format: keyof Omit<Style, 'isColoured'>) =>
    (text: string): string =>
      isColoured && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  return {
    isColoured,
    bold: as('bold'),
    italic: as('italic'),
    underline: as('underline'),
    strikethrough: as('strikethrough'),
    inverse: as('inverse'),
    dim: as('dim'),
    red: as('red'),
    green: as('green'),
    yellow: as('yellow'),
    cyan: as('cyan'),
  };
}

function wantsColours(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
