const words = ['lorem ', 'ipsum ', 'dolor ', 'amet, ', 'magna '];

/** A text chunk of an answer, of six characters. */
export function wordAt(i) {
  return words[i % words.length];
}

/** The text chunks of a whole answer. */
export function wordsOf(n) {
  return Array.from({ length: n }, (_, i) => wordAt(i));
}

/** The arguments of each call, as they are streamed. */
export const argumentPieces = ['{"q":"', 'lorem ', 'ipsum ', 'dolor"}'];

/** The only tool there is. */
export const noop = {
  name: 'noop',
  description: 'does nothing',
  parameters: { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] },
};

/** An event with the name that stands in it, as both of the newer protocols send it. */
export function named(event, padding = '') {
  return `event: ${event.type}\ndata: ${JSON.stringify(event).slice(0, -1)}${padding}}\n\n`;
}
