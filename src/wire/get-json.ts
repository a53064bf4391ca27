import { ChatError } from '../conversation/error.ts';
import { get } from './http.ts';
import type { GetRequest } from './http.ts';
import { readEvents } from './read.ts';
import type { Decoder } from './read.ts';

/** Asks for JSON. `timeout` also counts between two pieces of it. Throws as `post` does, and when it is not JSON. */
export async function getJson(request: GetRequest): Promise<unknown> {
  const { what, signal, timeout } = request;
  const { body } = await get(request);
  let text = '';
  const reading = readEvents(body, whole, { what, signal, idleTimeout: timeout, framing: 'whole' });
  for await (const texts of reading) text += texts.join('');
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ChatError('invalid-response', `${what}: the answer is not JSON.`, { cause });
  }
}

const whole: Decoder<string> = {
  isDone: false,
  push(text, _name, texts) {
    texts.push(text);
  },
  end() {},
};
