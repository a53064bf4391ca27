import type { Asked } from '../dialect.ts';
import { Problem } from '../problem.ts';
import { wholeWord } from '../named-files.ts';
import { isSaid } from '../said-before.ts';
import { contentIn } from '../saying.ts';
import { withdraw } from '../withdrawing.ts';
import { bodyWith, flagIn } from './fields.ts';
import { answer, objectOf } from './operation.ts';
import type { Operation } from './operation.ts';
import { keyOf } from './threads.ts';

const part = {
  oneOf: [
    objectOf({ type: { const: 'text' }, text: { type: 'string' } }),
    objectOf({
      type: { const: 'file' },
      mediaType: { type: 'string' },
      source: {
        oneOf: [
          objectOf({ type: { const: 'base64' }, data: { type: 'string' } }),
          objectOf({ type: { const: 'url' }, url: { type: 'string', pattern: '^https:' } }),
          objectOf({ type: { const: 'blob' }, digest: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
        ],
      },
      'name?': { type: 'string' },
    }),
  ],
};

const content = {
  oneOf: [
    { type: 'string', minLength: 1 },
    { type: 'array', items: part, minItems: 1 },
  ],
};

/** How words may be said while others wait, or a model speaks (rule D8). */
const ways = ['queue', 'interrupt', 'supersede'] as const;

/** What may be asked of a run: words, and that it stops. */
export const messageOperations: readonly Operation[] = [
  {
    method: 'POST',
    path: '/threads/:thread/messages',
    action: 'send',
    summary: 'Says something, at any time. With an Idempotency-Key it is said once, however often it is sent.',
    takes: objectOf({
      content,
      'while?': { enum: [...ways] },
    }),
    headers: ['idempotency-key'],
    gives: { 202: 'Sent' },
    handle: say,
  },
  {
    method: 'POST',
    path: '/threads/:thread/rewind',
    action: 'send',
    summary:
      'Withdraws a message and what follows it, so that the model answers anew, or answers `content` in its place. Refused with `conflict` once a call among them may have taken effect, unless with `force`, which takes the right manage.',
    takes: objectOf({ message: { type: 'string' }, 'content?': content, 'force?': { type: 'boolean' } }),
    gives: { 202: 'Rewound' },
    handle: rewind,
  },
  {
    method: 'POST',
    path: '/threads/:thread/cancel',
    action: 'send',
    summary: 'Stops the run that is under way; `calls` also cancels what waits and was not started.',
    takes: objectOf({ 'calls?': { type: 'boolean' } }),
    gives: { 200: 'Stopped' },
    handle: stop,
  },
];

async function say(asked: Asked): Promise<Response> {
  const { content: given, while: how = 'queue' } = bodyWith(asked.body, ['content', 'while']);
  const way = ways.find((one) => one === how);
  if (!way) throw new Problem('malformed', `while is none of ${ways.join(', ')}.`);
  const said = contentIn(given);
  const read = await asked.thread();
  const key = keyOf(asked, read.thread.thread);
  const content = await wholeWord({ asked, key, read }, said);
  const { principal: author } = asked.who;
  const word = asked.request.headers.get('idempotency-key');
  // The same key of somebody else says something else.
  const once = word === null ? {} : { key: JSON.stringify([author, word]) };
  const sent = await asked.runtime.send(key, content, { author, while: way, ...once });
  if (await isSaid(sent.message.parts, content)) return answer(sent, 202);
  throw new Problem('key-reused', 'Something else was said under this Idempotency-Key.');
}

async function rewind(asked: Asked): Promise<Response> {
  const body = bodyWith(asked.body, ['message', 'content', 'force']);
  const { message, content: given } = body;
  const force = flagIn(body, 'force') ?? false;
  if (typeof message !== 'string') throw new Problem('malformed', 'message is not the id of a message.');
  const said = given === undefined ? undefined : contentIn(given);
  const read = await asked.thread();
  const from = read.messages.findIndex(({ id }) => id === message);
  if (from === -1) throw new Problem('not-found', 'There is no such message in the thread.');
  const place = { asked, key: keyOf(asked, read.thread.thread), read };
  const word = said && { content: await wholeWord(place, said), author: asked.who.principal };
  const messages = await withdraw(place, { from, force, ...word });
  return answer({ withdrawn: messages.map(({ id }) => id) }, 202);
}

async function stop(asked: Asked): Promise<Response> {
  const calls = flagIn(bodyWith(asked.body, ['calls']), 'calls') ?? false;
  const { thread } = (await asked.thread()).thread;
  return answer({ stopped: await asked.runtime.cancel(keyOf(asked, thread), { calls }) });
}
