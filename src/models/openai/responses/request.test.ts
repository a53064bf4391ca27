import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelRequest, Settings, ToolDeclaration } from '../../../chat/model.ts';
import type { FileSource, Origin } from '../../../conversation/content.ts';
import type { Json } from '../../../conversation/json.ts';
import type { Message } from '../../../conversation/message.ts';
import type { Part } from '../../../conversation/part.ts';
import type { ToolCall } from '../../../conversation/tool-call.ts';
import { compatible } from '../../compatible/index.ts';
import { openai } from '../index.ts';
import type { ResponsesQuirks, ResponsesWire } from './quirks.ts';
import { responsesRequest } from './request.ts';

let count = 0;

function message(role: Message['role'], ...parts: (Part | string)[]): Message {
  count += 1;
  const model = { provider: 'test', id: 'model' };
  return {
    id: `m${count}`,
    role,
    parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)),
    at: 0,
    ...(role === 'assistant' && { model }),
  };
}

function call(more: Partial<ToolCall> = {}, from?: Origin): Part {
  count += 1;
  const facts = { id: `own-${count}`, name: 'add', arguments: '{"x": 1}', revision: 3 };
  return {
    type: 'tool',
    call: { ...facts, state: 'completed', output: 'done', ...more } as ToolCall,
    ...(from && { origin: from }),
  };
}

function origin(data: Json, model = 'model', provider = 'test'): Origin {
  return { provider, model, data };
}

function thought(item: Json, text = '', from = origin({ item })): Part {
  return { type: 'reasoning', text, origin: from };
}

const add: ToolDeclaration = { name: 'add', description: 'Adds.', inputSchema: { type: 'object' } };

function wireOf(quirks: ResponsesQuirks = {}): ResponsesWire {
  return { provider: 'test', model: 'model', quirks };
}

interface Asked extends Partial<ModelRequest> {
  readonly quirks?: ResponsesQuirks;
}

interface Body extends Record<string, unknown> {
  readonly input: readonly Record<string, unknown>[];
}

function ask({ quirks, ...request }: Asked, wire = wireOf(quirks)) {
  const signal = new AbortController().signal;
  const { body, warnings } = responsesRequest(
    { messages: [], tools: [], settings: {}, signal, kept: new Map(), ...request },
    wire,
  );
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return { body: JSON.parse(text) as Body, text, warnings };
}

function inputOf(messages: readonly Message[], quirks: ResponsesQuirks = {}): Body['input'] {
  return ask({ messages, quirks }).body.input;
}

describe('messages', () => {
  test('stand behind the instructions, and nothing is stored', () => {
    const asked = ask({ instructions: 'Be kind.', messages: [message('user', 'Hi'), message('assistant', 'Hello')] });
    expect(asked.body).toEqual({
      model: 'model',
      instructions: 'Be kind.',
      input: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
      ],
      stream: true,
      store: false,
      include: ['reasoning.encrypted_content'],
    });
  });

  test('that are empty are not sent, nor what has no content', () => {
    const parts: Part[] = [
      { type: 'reasoning', text: 'hm' },
      { type: 'source', url: 'u' },
      { type: 'data', name: 'x', data: 1 },
    ];
    const messages = [
      message('user'),
      message('user', ''),
      message('assistant', ...parts, ''),
      message('system', ''),
      message('system', 'Now.'),
      message('user', 'a', '', 'b'),
    ];
    const content = ['a', 'b'].map((text) => ({ type: 'input_text', text }));
    expect(inputOf(messages)).toEqual([
      { role: 'system', content: 'Now.' },
      { role: 'user', content },
    ]);
  });

  test('of a refusal hold what was said instead', () => {
    expect(inputOf([message('assistant', { type: 'data', name: 'refusal', data: 'No.' })])).toEqual([
      { role: 'assistant', content: 'No.' },
    ]);
  });

  test('may hold files', () => {
    const file = (mediaType: string, source: FileSource, name?: string): Part => ({
      type: 'file',
      mediaType,
      source,
      ...(name !== undefined && { name }),
    });
    const base64 = { type: 'base64', data: 'AAAA' } as const;
    const url = { type: 'url', url: 'http://f' } as const;
    const own = { type: 'provider', provider: 'test', id: 'f1' } as const;
    const user = message(
      'user',
      'See:',
      file('image/png', url),
      file('image/png', base64),
      file('image/png', own),
      file('application/pdf', url),
      file('application/pdf', base64, 'a.pdf'),
      file('application/pdf', own),
    );
    expect(inputOf([user])[0]?.['content']).toEqual([
      { type: 'input_text', text: 'See:' },
      { type: 'input_image', image_url: 'http://f', detail: 'auto' },
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
      { type: 'input_image', file_id: 'f1', detail: 'auto' },
      { type: 'input_file', file_url: 'http://f' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
      { type: 'input_file', file_id: 'f1' },
    ]);
    const elsewhere: FileSource = { type: 'provider', provider: 'other', id: 'f' };
    const blob: FileSource = { type: 'blob', digest: 'd', size: 1 };
    for (const [type, source] of [
      ['audio/wav', base64],
      ['video/mp4', url],
      ['image/png', elsewhere],
      ['image/png', blob],
      ['application/pdf', elsewhere],
      ['application/pdf', blob],
    ] as const) {
      expect(() => inputOf([message('user', file(type, source))])).toThrow(`it cannot be sent a file of type ${type}`);
    }
  });

  test('of an answer keep their phase and annotations, for the model that gave them', () => {
    const annotations = [{ type: 'url_citation', url: 'u', title: 't', start_index: 0, end_index: 1 }];
    const first: Part = { type: 'text', text: 'Look', origin: origin({ phase: 'commentary' }) };
    const second: Part = { type: 'text', text: 'Yes', origin: origin({ phase: 'final_answer', annotations }) };
    const turn = message('assistant', first, second);
    expect(inputOf([turn])).toEqual([
      { role: 'assistant', content: 'Look', phase: 'commentary' },
      {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Yes', annotations }],
        phase: 'final_answer',
      },
    ]);
    expect(ask({ messages: [turn] }, { ...wireOf(), model: 'another' }).body.input).toEqual([
      { role: 'assistant', content: 'LookYes' },
    ]);
  });
});

describe('a tool call', () => {
  test('goes back as it came, with its result behind the answer (rule W1)', () => {
    const first = call({ providerId: 'c1', arguments: '{ "x" : 1 }' }, origin({ namespace: 'n' }));
    const failed = call({ providerId: 'c2', state: 'rejected', reason: 'no' });
    expect(inputOf([message('assistant', 'Well.', first, 'And.', failed), message('user', 'Go on')])).toEqual([
      { role: 'assistant', content: 'Well.' },
      { type: 'function_call', call_id: 'c1', name: 'add', arguments: '{ "x" : 1 }', namespace: 'n' },
      { role: 'assistant', content: 'And.' },
      { type: 'function_call', call_id: 'c2', name: 'add', arguments: '{"x": 1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'done' },
      { type: 'function_call_output', call_id: 'c2', output: 'Not executed: a person rejected it: no' },
      { role: 'user', content: 'Go on' },
    ]);
  });

  test('of a custom tool goes back as one, and its caller hears of the result', () => {
    const caller = { type: 'program', caller_id: 'p' };
    const custom = call({ providerId: 'c1', name: 'sql', arguments: 'SELECT 1' }, origin({ type: 'custom_tool_call' }));
    const called = call({ providerId: 'c2' }, origin({ caller }));
    expect(inputOf([message('assistant', custom, called)])).toEqual([
      { type: 'custom_tool_call', call_id: 'c1', name: 'sql', input: 'SELECT 1' },
      { type: 'function_call', call_id: 'c2', name: 'add', arguments: '{"x": 1}', caller },
      { type: 'custom_tool_call_output', call_id: 'c1', output: 'done' },
      { type: 'function_call_output', call_id: 'c2', output: 'done', caller },
    ]);
  });

  test('gets an id when its own is absent, too long or was used before (rule W2)', () => {
    const long = 'call-'.padEnd(64, 'x');
    const messages = [
      message('assistant', call({ providerId: 'same' }), call({ id: 'mine' }), call({ providerId: long })),
      message('assistant', call({ id: 'again', providerId: 'same' }), call({ id: 'other', providerId: `${long}x` })),
    ];
    const ids = inputOf(messages).flatMap((one) => (one['type'] === 'function_call_output' ? one['call_id'] : []));
    expect(ids).toEqual(['same', 'mine', long, 'again', 'other']);
  });

  test('of which only half came is sent as the server bears it (rule W2)', () => {
    const facts = { incomplete: true, state: 'failed', reason: 'cut', outcome: 'none' } as const;
    const turn = message('assistant', call({ providerId: 'c', arguments: '{"x', ...facts }));
    expect(inputOf([turn])[0]).toMatchObject({ arguments: '{}' });
    expect(inputOf([turn], { brokenArguments: 'verbatim' })[0]).toMatchObject({ arguments: '{"x' });
  });

  test('may show images and files; what cannot be shown is told, with a warning', () => {
    const image: Part = { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'AAAA' } };
    const audio: Part = { type: 'file', mediaType: 'audio/wav', source: { type: 'base64', data: 'AAAA' } };
    const text = { type: 'text', text: 'see' } as const;
    const shown = call({ providerId: 'c1', state: 'completed', content: [text, image] });
    const heard = call({ providerId: 'c2', state: 'completed', content: [text, audio] });
    const silent = call({ providerId: 'c3', state: 'completed', content: [] });
    const { body, warnings } = ask({ messages: [message('assistant', shown, heard, silent)] });
    expect(body.input.slice(3).map((one) => one['output'])).toEqual([
      [
        { type: 'input_text', text: 'see' },
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
      ],
      'see\n\n(A file of type audio/wav that cannot be shown here.)',
      '(no output)',
    ]);
    expect(warnings).toEqual([
      { type: 'warning', reason: 'test/model cannot be sent the file of type audio/wav in the result of add.' },
    ]);
  });

  test('of every settled state has a result, and an edit is told in it (rules W1, W2)', () => {
    const facts = { outcome: 'none', reason: 'why' } as const;
    const decisions = [{ decision: { type: 'approve', input: { x: 2 } }, by: 'ada', at: 1, revision: 1 }];
    const settled = [
      call({ state: 'completed' }),
      call({ state: 'failed', ...facts }),
      call({ state: 'denied', by: 'policy' }),
      call({ state: 'rejected' }),
      call({ state: 'cancelled', by: 'stop', outcome: 'unknown' }),
      call({ input: { x: 2 }, decisions: decisions as never }),
    ];
    const sent = inputOf([message('assistant', ...settled)]);
    expect(sent.map(({ type }) => type)).toEqual([
      ...settled.map(() => 'function_call'),
      ...settled.map(() => 'function_call_output'),
    ]);
    for (const { output } of sent.slice(settled.length)) expect(output).toMatch(/\w/);
    expect(sent[5]).toMatchObject({ arguments: '{"x": 1}' });
    expect(sent.at(-1)?.['output']).toMatch(/^A person changed the arguments .* from \{"x": 1\} to \{"x":2\}/);
    expect(() => inputOf([message('assistant', call({ state: 'awaiting-approval' }))])).toThrow('it has no result yet');
  });
});

describe('reasoning (rule W2)', () => {
  const item = { type: 'reasoning', id: 'rs', summary: [], encrypted_content: 'secret', status: 'completed' };
  const sent = { type: 'reasoning', summary: [], encrypted_content: 'secret' };
  const types = (input: Body['input']): unknown[] => input.map(({ type, role }) => type ?? role);

  test('goes back encrypted, without its id, before what followed it', () => {
    const turn = message('assistant', thought(item), 'Well.', thought(item), call(), thought(item), call());
    expect(inputOf([turn])[0]).toEqual(sent);
    expect(types(inputOf([turn]))).toEqual([
      'reasoning',
      'assistant',
      'reasoning',
      'function_call',
      'reasoning',
      'function_call',
      'function_call_output',
      'function_call_output',
    ]);
  });

  test('in several parts is one item, and what it says in clear goes along', () => {
    const summary: Part = { type: 'reasoning', text: 'One' };
    const content = [{ type: 'reasoning_text', text: 'hm' }];
    const turn = message('assistant', summary, thought({ ...item, content }, 'Two'), 'Well.');
    expect(inputOf([turn])).toEqual([
      { ...sent, content },
      { role: 'assistant', content: 'Well.' },
    ]);
  });

  test('without what it belongs to is not sent', () => {
    expect(inputOf([message('assistant', 'Well.', thought(item))])).toEqual([{ role: 'assistant', content: 'Well.' }]);
    const cut = { ...message('assistant', thought(item), 'We'), interrupted: true } as const;
    expect(inputOf([cut])).toEqual([{ role: 'assistant', content: 'We' }]);
    const half = call({ providerId: 'c', incomplete: true, state: 'failed', reason: 'cut', outcome: 'none' });
    expect(types(inputOf([message('assistant', thought(item), half)]))).toEqual([
      'function_call',
      'function_call_output',
    ]);
    const elsewhere = call({ providerExecuted: true }, origin({ item: { type: 'x' } }, 'm', 'other'));
    expect(inputOf([message('assistant', thought(item), elsewhere, 'Well.')])).toEqual([
      { role: 'assistant', content: 'Well.' },
    ]);
  });

  test('of another model or provider, in clear, or without origin is not sent', () => {
    const others = [
      thought(item, '', origin({ item }, 'another')),
      thought(item, '', origin({ item }, 'model', 'other')),
      thought({ type: 'reasoning', id: 'rs', summary: [{ text: 'hm' }], encrypted_content: null }),
      { type: 'reasoning', text: 'hm' } as const,
    ];
    for (const part of others) {
      expect(inputOf([message('assistant', part, 'Well.')])).toEqual([{ role: 'assistant', content: 'Well.' }]);
    }
  });

  test('goes back to other servers as it came', () => {
    const quirks = { reasoningBack: 'as-it-came' } as const;
    const { status: _, ...whole } = item;
    const clear = { type: 'reasoning', id: 'rs', summary: [], content: [{ type: 'reasoning_text', text: 'hm' }] };
    const turn = message('assistant', thought({ ...clear, encrypted_content: null }), 'Well.', thought(item));
    expect(inputOf([turn], quirks)).toEqual([
      { ...clear, encrypted_content: null },
      { role: 'assistant', content: 'Well.' },
      whole,
    ]);
  });

  test('and what else the provider wants back stands in its place', () => {
    const kept = { type: 'compaction', id: 'c', encrypted_content: 'x' };
    const turn = message('assistant', thought(kept), 'Well.', thought(kept));
    expect(inputOf([turn])).toEqual([kept, { role: 'assistant', content: 'Well.' }, kept]);
    expect(ask({ messages: [turn] }, { ...wireOf(), model: 'another' }).body.input).toHaveLength(1);
  });
});

describe('a call that the provider ran (rule W3)', () => {
  const rs = { type: 'reasoning', summary: [], encrypted_content: 'secret' };
  const ws = { type: 'web_search_call', id: 'ws', status: 'completed', action: { type: 'search', query: 'q' } };

  test('goes back whole, with the reasoning before it, to the same model', () => {
    const turn = message(
      'assistant',
      thought({ ...rs, id: 'rs' }),
      call({ providerExecuted: true, name: 'web_search' }, origin({ item: ws })),
      'Found.',
    );
    expect(inputOf([turn])).toEqual([rs, ws, { role: 'assistant', content: 'Found.' }]);
    expect(ask({ messages: [turn] }, { ...wireOf(), model: 'another' }).body.input).toEqual([
      { role: 'assistant', content: 'Found.' },
    ]);
  });

  test('that is not over, or of another provider, is not sent', () => {
    const parts = [
      call({ providerExecuted: true, state: 'running' }),
      call({ providerExecuted: true }, origin({ item: ws }, 'model', 'other')),
    ];
    expect(inputOf([message('assistant', ...parts, 'Well.')])).toEqual([{ role: 'assistant', content: 'Well.' }]);
  });

  test('takes its image from the file in the answer', () => {
    const ig = { type: 'image_generation_call', id: 'ig', status: 'completed' };
    const made = call({ providerExecuted: true }, origin({ item: ig }));
    const file: Part = {
      type: 'file',
      mediaType: 'image/png',
      source: { type: 'base64', data: 'AAAA' },
      origin: origin({ image: 'ig' }),
    };
    expect(inputOf([message('assistant', made, file)])).toEqual([{ ...ig, result: 'AAAA' }]);
    expect(inputOf([message('assistant', made)])).toEqual([]);
  });

  const request = { type: 'mcp_approval_request', id: 'mcpr', server_label: 's', name: 'pay', arguments: '{}' };
  const approve = { type: 'mcp_approval_response', approval_request_id: 'mcpr', approve: true };
  const made = { type: 'mcp_call', id: 'mcp', approval_request_id: 'mcpr', output: 'paid' };
  const asking = (more: Partial<ToolCall>, data: Json = { item: request }) =>
    message('assistant', call({ providerExecuted: true, providerId: 'mcpr', ...more }, origin(data)));

  test('that was approved is told so while it waits for it, also to another model', () => {
    const turn = asking({ state: 'running' });
    expect(inputOf([turn])).toEqual([request, approve]);
    expect(ask({ messages: [turn] }, { ...wireOf(), model: 'another' }).body.input).toEqual([request, approve]);
  });

  test('and later only with the call that followed', () => {
    expect(inputOf([asking({ state: 'completed', output: 'paid' }, { item: request, call: made })])).toEqual([
      request,
      approve,
      made,
    ]);
  });

  test('that was not to run is told so, and so is one of which it is not known', () => {
    const told = (more: Partial<ToolCall>): unknown => inputOf([asking(more)])[1];
    const refused = { ...approve, approve: false };
    expect(told({ state: 'rejected', reason: 'too much' })).toEqual({
      ...refused,
      reason: 'Not executed: a person rejected it: too much',
    });
    expect(told({ state: 'denied', by: 'policy' })).toEqual({
      ...refused,
      reason: 'Not executed: a policy denied it.',
    });
    expect(told({ state: 'completed', output: 'it had happened', by: 'person' })).toEqual({
      ...refused,
      reason: 'it had happened',
    });
    expect(told({ state: 'failed', reason: 'cut', outcome: 'unknown' })).toMatchObject({
      approve: false,
      reason: expect.stringContaining('Do not repeat it') as string,
    });
    expect(() => told({ state: 'awaiting-approval' })).toThrow('it has no result yet');
  });
});

describe('tools and settings', () => {
  const all: Settings = {
    temperature: 0.5,
    maxOutputTokens: 9,
    topP: 0.9,
    reasoning: 'low',
    toolChoice: { tool: 'add' },
    parallelToolCalls: false,
    providerOptions: {
      test: {
        store: true,
        truncation: 'auto',
        tools: [{ type: 'shell' }],
        reasoning: { summary: 'auto' },
        text: { verbosity: 'low' },
        include: ['message.output_text.logprobs'],
      },
      other: { no: 1 },
    },
  };

  test('stand in the body', () => {
    const schema = { type: 'object', properties: {}, required: [], additionalProperties: false };
    const output = { name: 'answer', schema };
    expect(ask({ tools: [add, { ...add, inputSchema: schema }], settings: all, output }).body).toEqual({
      model: 'model',
      tools: [
        { type: 'function', name: 'add', description: 'Adds.', parameters: { type: 'object' }, strict: false },
        { type: 'function', name: 'add', description: 'Adds.', parameters: schema, strict: true },
        { type: 'shell' },
      ],
      input: [],
      stream: true,
      store: true,
      temperature: 0.5,
      max_output_tokens: 9,
      top_p: 0.9,
      tool_choice: { type: 'function', name: 'add' },
      parallel_tool_calls: false,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'answer', schema, strict: true }, verbosity: 'low' },
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
      truncation: 'auto',
    });
  });

  test('that run at the provider are asked for what they found', () => {
    const own = [
      openai.webSearch({ allowedDomains: ['a.b'], userLocation: { city: 'Bonn' }, searchContextSize: 'low' }),
      openai.fileSearch({ vectorStoreIds: ['v'], maxNumResults: 3 }),
      openai.codeInterpreter({ fileIds: ['f'] }),
      openai.codeInterpreter({ name: 'again', container: 'c' }),
      openai.imageGeneration({ outputFormat: 'webp', moderation: 'low' }),
      openai.mcp({ serverLabel: 'gh', serverUrl: 'https://gh', requireApproval: 'never' }),
    ];
    const { body } = ask({ providerTools: own }, { ...wireOf(), provider: 'openai' });
    expect(body['tools']).toEqual([
      {
        type: 'web_search',
        filters: { allowed_domains: ['a.b'] },
        user_location: { type: 'approximate', city: 'Bonn' },
        search_context_size: 'low',
      },
      { type: 'file_search', vector_store_ids: ['v'], max_num_results: 3 },
      { type: 'code_interpreter', container: { type: 'auto', file_ids: ['f'] } },
      { type: 'code_interpreter', container: 'c' },
      { type: 'image_generation', output_format: 'webp', moderation: 'low' },
      { type: 'mcp', server_label: 'gh', server_url: 'https://gh', require_approval: 'never' },
    ]);
    expect(body['include']).toEqual([
      'reasoning.encrypted_content',
      'web_search_call.action.sources',
      'file_search_call.results',
      'code_interpreter_call.outputs',
    ]);
    expect(own.map(({ name }) => name)).toEqual([
      'web_search',
      'file_search',
      'code_interpreter',
      'again',
      'image_generation',
      'gh',
    ]);
  });

  test('of the provider can be chosen, and those of others are left out with a warning', () => {
    const providerTools = [openai.webSearch(), openai.mcp({ serverLabel: 'gh' })];
    const wire = { ...wireOf(), provider: 'openai' };
    const chosen = (tool: string): unknown =>
      ask({ providerTools, settings: { toolChoice: { tool } } }, wire).body['tool_choice'];
    expect(chosen('web_search')).toEqual({ type: 'web_search' });
    expect(chosen('gh')).toEqual({ type: 'mcp', server_label: 'gh' });
    const { body, warnings } = ask({ providerTools });
    expect(body).not.toHaveProperty('tools');
    expect(warnings).toEqual([
      { type: 'warning', reason: 'test/model does without the tool web_search, which runs at openai.' },
      { type: 'warning', reason: 'test/model does without the tool gh, which runs at openai.' },
    ]);
  });

  test('a model that does not think is asked for no reasoning', () => {
    const { body, warnings } = ask({ settings: { reasoning: 'high' }, quirks: { thinks: false } });
    expect(body).toEqual({ model: 'model', input: [], stream: true, store: false });
    expect(warnings).toMatchObject([{ setting: 'reasoning' }]);
  });
});

describe('what is kept', () => {
  const long = 'é😀'.repeat(6000);

  test('never changes what is sent', () => {
    const step = fc.record({
      keep: fc.nat(4),
      add: fc.array(fc.constantFrom('a', 'é', '', long), { maxLength: 4 }),
      instructions: fc.constantFrom('x', undefined),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const wire = wireOf();
        const kept = new Map<unknown, unknown>();
        let messages: readonly Message[] = [];
        for (const { keep, add: texts, instructions } of steps) {
          const turns = texts.map((text, i) =>
            i % 2 ? message('assistant', text, call({ providerId: 'same' })) : message('user', text),
          );
          messages = [...messages.slice(0, keep), ...turns];
          const request = { messages, settings: {}, ...(instructions !== undefined && { instructions }) };
          expect(ask({ ...request, kept }, wire).text).toBe(ask(request, wire).text);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is warned of once', () => {
    const audio: Part = { type: 'file', mediaType: 'audio/wav', source: { type: 'base64', data: 'AAAA' } };
    const shown = message('assistant', call({ state: 'completed', content: [audio] }));
    const kept = new Map<unknown, unknown>();
    const wire = wireOf();
    expect(ask({ messages: [shown], kept }, wire).warnings).toHaveLength(1);
    expect(ask({ messages: [shown, message('user', 'and?')], kept }, wire).warnings).toEqual([]);
  });
});

describe('a model', () => {
  async function bodyOf(make: (fetch: typeof globalThis.fetch) => ReturnType<typeof openai>) {
    let asked: { url: string; headers: unknown; body: Body } | undefined;
    const model = make(async (url, init) => {
      asked = { url: String(url), headers: init?.headers, body: JSON.parse(String(init?.body)) as Body };
      return Response.json({ object: 'response', status: 'completed', output: [] });
    });
    const { signal } = new AbortController();
    const messages = [message('user', 'Hi')];
    for await (const _ of model.stream({ messages, tools: [], settings: {}, signal, kept: new Map() }));
    return { ...asked!, model };
  }

  test('asks its server with its key', async () => {
    const asked = await bodyOf((fetch) => openai('gpt-5', { apiKey: 'key', fetch }));
    expect(asked).toMatchObject({
      url: 'https://api.openai.com/v1/responses',
      headers: { authorization: 'Bearer key' },
      body: { model: 'gpt-5', store: false, include: ['reasoning.encrypted_content'] },
      model: { provider: 'openai', id: 'gpt-5', capabilities: { output: 'always' } },
    });
    const other = await bodyOf((fetch) => compatible.responses({ provider: 'xai', model: 'grok', apiKey: 'k', fetch }));
    expect(other).toMatchObject({ url: 'https://api.x.ai/v1/responses', model: { provider: 'xai', id: 'grok' } });
    expect(other.model).not.toHaveProperty('capabilities');
  });

  test.each([
    ['gpt-4o', false, true],
    ['gpt-4.1-mini', false, true],
    ['ft:gpt-4o-mini:x', false, true],
    ['gpt-4-turbo', false, false],
    ['gpt-4', false, false],
    ['gpt-3.5-turbo', false, false],
    ['gpt-5-chat-latest', false, true],
    ['gpt-5.1-chat-latest', true, true],
    ['gpt-5', true, true],
    ['o4-mini', true, true],
    ['gpt-6-astra', true, true],
  ])('of OpenAI by the name %s thinks: %s, takes a schema: %s', async (name, thinks, schema) => {
    const { body, model } = await bodyOf((fetch) => openai(name, { apiKey: 'k', fetch }));
    expect([body['include'] !== undefined, model.capabilities?.output]).toEqual([
      thinks,
      schema ? 'always' : undefined,
    ]);
    expect(openai.chat(name).capabilities?.output).toBe(schema ? 'always' : undefined);
  });
});
