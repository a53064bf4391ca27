// A tool that runs at its provider, from a set of tools to the wire and back: asked, approved, run there, and told again.
import { expect, test } from 'vitest';
import { createChat } from '../src/chat/chat.ts';
import { Conversation } from '../src/conversation/conversation.ts';
import { openai } from '../src/models/openai/index.ts';
import { recordEvents } from '../src/testing/record-events.ts';

type Item = Readonly<Record<string, unknown>>;

const request: Item = {
  type: 'mcp_approval_request',
  id: 'mcpr_1',
  server_label: 'github',
  name: 'delete',
  arguments: '{"repo":"a"}',
};
const made: Item = {
  ...request,
  type: 'mcp_call',
  id: 'mcp_1',
  approval_request_id: 'mcpr_1',
  status: 'completed',
  output: 'deleted',
  error: null,
};

/** OpenAI, as far as this test needs it: answers with these items, and the requests that it was sent. */
function openaiWith(...answers: readonly (readonly Item[])[]) {
  const bodies: { readonly input: readonly Item[]; readonly tools?: readonly Item[] }[] = [];
  const fetch = (_: unknown, { body }: { body?: unknown } = {}): Promise<Response> => {
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
    bodies.push(JSON.parse(text) as (typeof bodies)[number]);
    const output = answers[bodies.length - 1]!;
    const events: readonly Item[] = [
      ...output.map((item, index) => ({ type: 'response.output_item.done', output_index: index, item })),
      { type: 'response.completed', response: { id: `resp_${bodies.length}`, status: 'completed', output } },
    ];
    const frames = events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`);
    return Promise.resolve(new Response(frames.join(''), { headers: { 'content-type': 'text/event-stream' } }));
  };
  return { bodies, model: openai('gpt-5', { apiKey: 'k', fetch: fetch as typeof globalThis.fetch }) };
}

function saying(text: string): Item {
  return {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text }],
  };
}

test('W3, W1: an approval goes to the provider as its wire wants it, and what came of it goes back verbatim', async () => {
  const { bodies, model } = openaiWith([request], [made, saying('Gone.')], [saying('Bye.')]);
  const github = openai.mcp({ serverLabel: 'github', serverUrl: 'https://mcp.example' });
  const chat = createChat({ model, tools: { github } });
  const conversation = new Conversation();
  conversation.say('Delete it');
  await chat.complete(conversation);
  const [call] = chat.waiting(conversation).approvals;
  expect(call).toMatchObject({ name: 'github.delete', input: { repo: 'a' } });
  await chat.decide(conversation, call!, { type: 'approve' });
  expect((await recordEvents(chat.stream(conversation))).outline).toEqual([
    'tool github.delete: approved',
    'tool github.delete: running',
    'assistant',
    'tool github.delete: completed',
    'text: Gone.',
    'step-end: stop',
    'done: stop',
  ]);
  conversation.say('Bye');
  await chat.complete(conversation);
  const approved = { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true };
  expect(bodies[0]?.tools).toMatchObject([{ type: 'mcp', server_label: 'github' }]);
  expect(bodies[1]?.input.slice(1)).toEqual([request, approved]);
  expect(bodies[2]?.input.slice(1, 4)).toEqual([request, approved, made]);
});

test('W3: what nobody approved is refused there with the reason, and nothing else is told', async () => {
  const { bodies, model } = openaiWith([request], [saying('As you wish.')]);
  const chat = createChat({ model, tools: { github: openai.mcp({ serverLabel: 'github' }) } });
  const conversation = new Conversation();
  conversation.say('Delete it');
  await chat.complete(conversation);
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'reject', reason: 'never' });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: 'As you wish.' });
  expect(bodies[1]?.input.slice(1)).toEqual([
    request,
    {
      type: 'mcp_approval_response',
      approval_request_id: 'mcpr_1',
      approve: false,
      reason: 'Not executed: a person rejected it: never',
    },
  ]);
});
