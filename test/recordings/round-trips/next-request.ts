import type { Json } from '../../../src/conversation/json.ts';
import { Conversation, createChat, tool } from '../../../src/index.ts';
import type { Model } from '../../../src/index.ts';
import type { Fetch } from '../../../src/wire/http.ts';
import type { Recorded } from '../folder.ts';
import { anyObject } from '../half.ts';

/**
 * The request that follows a recorded answer: a chat reads it, runs its calls, which give these outputs, and asks again.
 * Without calls to run somebody says something first. Nothing, where the answer is one behind which nothing can be asked.
 */
export async function nextRequest(
  model: (fetch: Fetch) => Model,
  one: Recorded,
  outputs: readonly unknown[],
): Promise<unknown> {
  const { status, contentType, body } = one.recording;
  const headers = { ...(contentType !== undefined && { 'content-type': contentType }) };
  const requests: unknown[] = [];
  const answering: Fetch = async (_, { body: asked }) => {
    requests.push(JSON.parse(typeof asked === 'string' ? asked : new TextDecoder().decode(asked as Uint8Array)));
    return requests.length === 1
      ? new Response(body.slice(), { status, headers })
      : new Response('{"error":{"message":"no more"}}', { status: 400 });
  };
  const left = [...outputs];
  const names = new Set(one.expected.toolCalls.map(({ name }) => name));
  const chat = createChat({
    model: model(answering),
    tools: Object.fromEntries([...names].map((name) => [name, answeringTool(() => left.shift() ?? 'done')])),
    // One after the other, so that each gets its own output.
    concurrency: 1,
    retry: () => false,
  });
  const conversation = new Conversation();
  for (const words of ['Hi', 'And?']) {
    if (requests.length > 1) break;
    conversation.say(words);
    // That the second request is refused ends the run.
    await chat.complete(conversation).catch(() => {});
  }
  return requests[1];
}

function answeringTool(output: () => unknown) {
  // What was recorded is JSON.
  return tool({ description: 'Was recorded.', input: anyObject, effect: 'read', run: () => output() as Json });
}
