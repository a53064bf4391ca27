import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../../chat/chat.ts';
import { tool } from '../../../chat/tool.ts';
import { Conversation } from '../../../conversation/conversation.ts';
import { recordEvents } from '../../../testing/record-events.ts';
import type { Fetch } from '../../../wire/http.ts';
import { openai } from '../index.ts';

// The whole way: a chat, this wire, and a server that answers with these items, turn by turn.

type Item = Readonly<Record<string, unknown>>;

interface Body {
  readonly input: readonly Item[];
  readonly text?: unknown;
}

function server(...turns: readonly (readonly Item[])[]) {
  const bodies: Body[] = [];
  const fetch: Fetch = async (_url, { body }) => {
    bodies.push(JSON.parse(String(body)) as Body);
    const output = turns[bodies.length - 1];
    const events = (output ?? []).map((item, index) => ({
      type: 'response.output_item.done',
      output_index: index,
      item,
    }));
    const end = { type: 'response.completed', response: { status: 'completed', output: [], usage: {} } };
    return new Response([...events, end].map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
  };
  return { bodies, model: openai('gpt-5', { apiKey: 'key', fetch }) };
}

function said(text: string): Item {
  return { type: 'message', id: 'msg', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] };
}

const thought = { type: 'reasoning', id: 'rs', summary: [], encrypted_content: 'secret' };
const sentThought = { type: 'reasoning', summary: [], encrypted_content: 'secret' };

test('a loop of tools goes on with what the model thought (rule W2)', async () => {
  const call = {
    type: 'function_call',
    id: 'fc',
    call_id: 'c1',
    name: 'add',
    arguments: '{"x":1}',
    status: 'completed',
  };
  const { bodies, model } = server([thought, call], [said('Two.')]);
  const add = tool({
    description: 'Adds one.',
    input: z.object({ x: z.number() }),
    effect: 'read',
    run: ({ x }) => x + 1,
  });
  const conversation = new Conversation();
  conversation.say('Add');
  await recordEvents(createChat({ model, tools: { add } }).stream(conversation));
  conversation.say('And?');
  expect(bodies[1]?.input).toEqual([
    { role: 'user', content: 'Add' },
    sentThought,
    { type: 'function_call', call_id: 'c1', name: 'add', arguments: '{"x":1}' },
    { type: 'function_call_output', call_id: 'c1', output: '2' },
  ]);
  // Stored and loaded it goes back the same.
  const { bodies: later, model: again } = server([said('Well.')]);
  const loaded = Conversation.parse(JSON.stringify(conversation));
  await recordEvents(createChat({ model: again, tools: { add } }).stream(loaded));
  expect(later[0]?.input).toEqual([
    ...bodies[1]!.input,
    { role: 'assistant', content: 'Two.' },
    { role: 'user', content: 'And?' },
  ]);
});

describe('a call of a server of MCP that wants an approval (rule W3)', () => {
  const request = { type: 'mcp_approval_request', id: 'mcpr', server_label: 'gh', name: 'star', arguments: '{"a":1}' };
  const made = {
    type: 'mcp_call',
    id: 'mcp',
    approval_request_id: 'mcpr',
    server_label: 'gh',
    name: 'star',
    arguments: '{"a":1}',
    output: 'starred',
    status: 'completed',
  };
  const response = { type: 'mcp_approval_response', approval_request_id: 'mcpr' };

  async function decided(type: 'approve' | 'reject') {
    const { bodies, model } = server(
      [thought, request],
      type === 'approve' ? [made, thought, said('Done.')] : [said('Well.')],
      [said('Yes.')],
    );
    const chat = createChat({ model, tools: { github: openai.mcp({ serverLabel: 'gh', serverUrl: 'https://gh' }) } });
    const conversation = new Conversation();
    conversation.say('Star it');
    const asked = await recordEvents(chat.stream(conversation));
    const [call] = chat.waiting(conversation).approvals;
    await chat.decide(conversation, call!, { type });
    const answered = await recordEvents(chat.stream(conversation));
    conversation.say('Sure?');
    await recordEvents(chat.stream(conversation));
    return { bodies, asked: asked.outline, answered: answered.outline };
  }

  test('is approved with the next request, and goes back with the call that followed', async () => {
    const { bodies, asked, answered } = await decided('approve');
    expect(asked.at(-1)).toBe('paused: 1 approval');
    expect(asked).toContain('tool github.star: awaiting-approval');
    expect(answered).toContain('tool github.star: completed');
    const words = { role: 'user', content: 'Star it' };
    expect(bodies[1]?.input).toEqual([words, sentThought, request, { ...response, approve: true }]);
    expect(bodies[2]?.input).toEqual([
      words,
      sentThought,
      request,
      { ...response, approve: true },
      made,
      sentThought,
      { role: 'assistant', content: 'Done.' },
      { role: 'user', content: 'Sure?' },
    ]);
  });

  test('is rejected with the next request, and stays so', async () => {
    const { bodies, answered } = await decided('reject');
    expect(answered.at(-1)).toBe('done: stop');
    const refused = { ...response, approve: false, reason: 'Not executed: a person rejected it.' };
    expect(bodies[1]?.input.slice(2)).toEqual([request, refused]);
    expect(bodies[2]?.input.slice(2, 4)).toEqual([request, refused]);
  });
});

test('a structured output is asked for by its schema, beside tools too', async () => {
  const { bodies, model } = server([said('{"city":"Bonn"}')]);
  const look = openai.webSearch();
  const conversation = new Conversation();
  conversation.say('Where?');
  const chat = createChat({ model, tools: { look } });
  const done = await chat.complete(conversation, { output: z.object({ city: z.string() }) });
  expect(done).toMatchObject({ type: 'done', output: { city: 'Bonn' } });
  expect(bodies[0]?.text).toMatchObject({ format: { type: 'json_schema', strict: true } });
});

test('what ran at the provider is seen, and goes back whole', async () => {
  const search = { type: 'web_search_call', id: 'ws', status: 'completed', action: { type: 'search', query: 'q' } };
  const { bodies, model } = server([thought, search, thought, said('Found.')], [said('Yes.')]);
  const chat = createChat({ model, tools: { look: openai.webSearch() } });
  const conversation = new Conversation();
  conversation.say('Find');
  const { outline } = await recordEvents(chat.stream(conversation));
  expect(outline).toContain('tool look: completed');
  conversation.say('Sure?');
  await recordEvents(chat.stream(conversation));
  expect(bodies[1]?.input.slice(1, -1)).toEqual([
    sentThought,
    search,
    sentThought,
    { role: 'assistant', content: 'Found.' },
  ]);
});
