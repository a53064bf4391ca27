import type { Recorded } from '../folder.ts';

/** One event, line or whole value of a body: its data, and the framing around it. */
export interface Frame {
  readonly before: string;
  readonly data: string;
  readonly after: string;
}

/** A recorded body in frames. */
export function framesOf({ recording: { file, body } }: Recorded): readonly Frame[] {
  const text = new TextDecoder().decode(body);
  if (file.endsWith('.sse')) return pieces(text, /(?<=\r?\n\r?\n)/).map(eventFrame);
  if (file.endsWith('.ndjson')) return pieces(text, /(?<=\n)/).map(lineFrame);
  return [{ before: '', data: text, after: '' }];
}

/** What stands on the wire. */
export function textOf({ before, data, after }: Frame): string {
  return before + data + after;
}

function pieces(text: string, border: RegExp): readonly string[] {
  return text.split(border).filter((piece) => piece !== '');
}

/** The data of an event with several lines of data is left alone. */
function eventFrame(text: string): Frame {
  const [whole, before = '', data = '', after = ''] =
    /^((?:.*\n)*?data: ?)(.*?)(\r?\n(?![^]*^data:)[^]*)?$/m.exec(text) ?? [];
  return whole === text ? { before, data, after } : { before: text, data: '', after: '' };
}

function lineFrame(text: string): Frame {
  const data = text.trimEnd();
  return { before: '', data, after: text.slice(data.length) };
}
