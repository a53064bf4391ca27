import type { ToolCall } from '../conversation/tool-call.ts';

/**
 * What an id may look like: most servers take 40 characters, Responses 64, Anthropic only letters, digits, `_` and `-`,
 * Mistral nine letters and digits.
 */
export type IdShape = 'usual' | 'long' | 'word' | 'nine';

const shapes: Readonly<Record<IdShape, RegExp>> = {
  usual: /^[\w.:-]{1,40}$/,
  long: /^[\w.:-]{1,64}$/,
  word: /^[\w-]{1,64}$/,
  nine: /^[a-zA-Z0-9]{9}$/,
};

/**
 * The id of a call on the wire: the provider's, unless it is absent, used before in this request,
 * or of a shape that the server refuses (rule W2). The same call always gets the same one.
 */
export function callIdOf(call: ToolCall, shape: IdShape = 'usual', isUsed: (id: string) => boolean): string {
  const pattern = shapes[shape];
  const { providerId } = call;
  if (providerId !== undefined && pattern.test(providerId) && !isUsed(providerId)) return providerId;
  const own = shape !== 'nine' && pattern.test(call.id) ? call.id : hashed(call.id);
  let id = own;
  for (let i = 1; isUsed(id); i += 1) id = hashed(`${call.id} ${i}`);
  return id;
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Nine letters and digits made of a text: two FNV-1a hashes. Not a secret, only rarely the same. */
function hashed(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9dc5811c;
  for (let i = 0; i < text.length; i += 1) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ (text.charCodeAt(i) + i), 0x01000193);
  }
  let rest = (high >>> 11) * 2 ** 32 + (low >>> 0);
  let id = '';
  while (id.length < 9) {
    id += alphabet[rest % 62];
    rest = Math.floor(rest / 62);
  }
  return id;
}
