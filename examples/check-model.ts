import { resultOf, textOf } from 'yourcall';
import type { Model } from 'yourcall';
import { checkModel } from 'yourcall/testing';

/** Repeats what was said last, a word at a time. */
const echo: Model = {
  provider: 'example',
  id: 'echo',
  async *stream({ messages, signal }) {
    for (const part of messages.flatMap(({ parts }) => parts)) if (part.type === 'tool') resultOf(part.call);
    for (const word of textOf(messages[0]!).split(/(?<= )/)) {
      yield { type: 'text', delta: word };
      signal.throwIfAborted();
    }
    yield { type: 'finish', reason: 'stop' };
  },
};

const checks = await checkModel(() => echo, { without: ['call', 'cut', 'endless'] });
for (const { name, ok, problem } of checks) console.log(ok ? 'ok ' : 'NOT', name, problem ?? '');
