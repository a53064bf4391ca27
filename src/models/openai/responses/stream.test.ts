import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelEvent, ModelRequest } from '../../../chat/model.ts';
import { ChatError } from '../../../conversation/error.ts';
import { readEvents } from '../../../wire/read.ts';
import { openai } from '../index.ts';
import { ResponsesDecoder } from './stream.ts';

// Hand-written fixtures, one for each quirk; the real answers are in test/recordings.

type Told = Readonly<Record<string, unknown>>;

const wire = { provider: 'test', model: 'model', quirks: {} };

/** What events of the wire decode to; their types are told without `response.`. */
function decode(pieces: readonly (Told | string)[], request: Partial<ModelRequest> = {}): ModelEvent[] {
  const decoder = new ResponsesDecoder(wire, { request: request as ModelRequest });
  const events: ModelEvent[] = [];
  for (const piece of pieces) decoder.push(typeof piece === 'string' ? piece : JSON.stringify(piece), '', events);
  decoder.end(events);
  return events;
}

function event(type: string, more: Told = {}): Told {
  return { type: `response.${type}`, ...more };
}

function delta(type: string, text: string, index: number, more: Told = {}): Told {
  return event(`${type}.delta`, { output_index: index, delta: text, ...more });
}

function added(index: number, item: Told): Told {
  return event('output_item.added', { output_index: index, item });
}

function done(index: number, item: Told): Told {
  return event('output_item.done', { output_index: index, item });
}

function completed(more: Told = {}): Told {
  return event('completed', { response: { status: 'completed', output: [], ...more } });
}

function said(text: string, more: Told = {}): Told {
  return { type: 'message', id: 'm', content: [{ type: 'output_text', text, annotations: [] }], ...more };
}

const finish = { type: 'finish', reason: 'stop', raw: 'completed' };

function origin(data: Told): unknown {
  return { provider: 'test', model: 'model', data };
}

describe('text', () => {
  test('comes as it is written, and the finish comes last', () => {
    const created = event('created', { response: { id: 'r1', model: 'm1', status: 'in_progress' } });
    const end = completed({ id: 'r1', model: 'm1', usage: { input_tokens: 1 } });
    const raw = { input_tokens: 1 };
    expect(decode([created, delta('output_text', 'Hel', 0), delta('output_text', 'lo', 0), end])).toEqual([
      { type: 'text', delta: 'Hel', part: 0 },
      { type: 'text', delta: 'lo', part: 0 },
      { type: 'usage', usage: { input: 1, output: 0, cachedInput: 0, reasoning: 0, raw } },
      { ...finish, model: 'm1', responseId: 'r1' },
    ]);
  });

  test('goes on when the beginning does not say that it is one', () => {
    const created = event('created', { response: { id: 'r1', output: [] } });
    expect(decode([created, delta('output_text', 'Hello', 0), completed()])).toEqual([
      { type: 'text', delta: 'Hello', part: 0 },
      finish,
    ]);
  });

  test('is not wiped by an end that has no output, nor told twice by one that has', () => {
    const streamed = [delta('output_text', 'Hello', 0), done(0, said('Hello'))];
    const told = [{ type: 'text', delta: 'Hello', part: 0 }, finish];
    expect(decode([...streamed, completed()])).toEqual(told);
    expect(decode([...streamed, completed({ output: [said('Hello')] })])).toEqual(told);
    expect(decode([delta('output_text', 'Hello', 0), completed({ output: [said('Hello')] })])).toEqual(told);
  });

  test('that only the end of an item, or of the answer, holds is told then', () => {
    expect(decode([delta('output_text', 'Hel', 0), done(0, said('Hello')), completed()])).toEqual([
      { type: 'text', delta: 'Hel', part: 0 },
      { type: 'text', delta: 'lo', part: 0 },
      finish,
    ]);
    const whole = [{ type: 'text', delta: 'Hello', part: 0 }, finish];
    expect(decode([done(0, said('Hello')), completed()])).toEqual(whole);
    expect(decode([completed({ output: [said('Hello')] })])).toEqual(whole);
  });

  test('of several items and pieces comes in several parts, also when they are interleaved', () => {
    const pieces = [
      delta('output_text', 'a', 0, { content_index: 0 }),
      delta('output_text', 'b', 1, { content_index: 0 }),
      delta('output_text', 'c', 0, { content_index: 1 }),
      delta('output_text', 'd', 0, { content_index: 0 }),
    ];
    const parts = decode(pieces).map((one) => (one.type === 'text' ? [one.delta, one.part] : one));
    expect(parts).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
      ['d', 0],
    ]);
  });

  test('belongs to its item by place, whatever its id is in each event', () => {
    const pieces = ['x', 'y'].map((text, i) => delta('output_text', text, 0, { item_id: `rotated${i}` }));
    expect(decode([added(0, said('', { id: 'a' })), ...pieces, done(0, said('xy', { id: 'b' })), completed()])).toEqual(
      [{ type: 'text', delta: 'x', part: 0 }, { type: 'text', delta: 'y', part: 0 }, finish],
    );
    const half = [{ ...pieces[0], item_id: 'm', output_index: undefined }, done(0, said('xy'))];
    expect(decode([...half, completed({ output: [said('xy')] })])).toHaveLength(3);
    const twice = ['a', 'b'].flatMap((text, i) => [delta('output_text', text, i), done(i, said(text))]);
    expect(decode([...twice, completed()])).toHaveLength(3);
    const placeless = [
      { ...pieces[0], output_index: undefined, item_id: 'm' },
      { ...done(0, said('xy')), output_index: undefined },
    ];
    expect(decode([...placeless, completed({ output: [said('xy')] })])).toEqual([
      { type: 'text', delta: 'x', part: 0 },
      { type: 'text', delta: 'y', part: 0 },
      finish,
    ]);
  });

  test('keeps its phase and its annotations, which are sources', () => {
    const annotations = [
      { type: 'url_citation', url: 'http://a', title: 'A', start_index: 1, end_index: 2 },
      { type: 'file_citation', file_id: 'f', filename: 'b.pdf', index: 3 },
    ];
    const content = [{ type: 'output_text', text: 'Yes.', annotations }];
    expect(decode([done(0, { type: 'message', phase: 'final_answer', content }), completed()])).toEqual([
      { type: 'text', delta: 'Yes.', part: 0 },
      {
        type: 'part',
        value: {
          type: 'source',
          url: 'http://a',
          title: 'A',
          data: { type: 'url_citation', start_index: 1, end_index: 2 },
        },
      },
      {
        type: 'part',
        value: { type: 'source', title: 'b.pdf', data: { type: 'file_citation', file_id: 'f', index: 3 } },
      },
      { type: 'text', delta: '', part: 0, origin: origin({ phase: 'final_answer', annotations }) },
      finish,
    ]);
  });

  test('of a refusal is told as one', () => {
    const refused = { type: 'message', content: [{ type: 'refusal', refusal: 'No way.' }] };
    const end = [
      { type: 'part', value: { type: 'data', name: 'refusal', data: 'No way.' } },
      { type: 'finish', reason: 'refusal', raw: 'completed' },
    ];
    expect(decode([delta('refusal', 'No ', 0), delta('refusal', 'way.', 0), done(0, refused), completed()])).toEqual(
      end,
    );
    expect(decode([completed({ output: [refused] })])).toEqual(end);
  });
});

describe('reasoning', () => {
  test('keeps its item, and each piece of a summary is a part', () => {
    const item = {
      type: 'reasoning',
      id: 'rs',
      summary: [
        { type: 'summary_text', text: 'One' },
        { type: 'summary_text', text: 'Two' },
      ],
      encrypted_content: 'secret',
    };
    const pieces = [
      delta('reasoning_summary_text', 'One', 0, { summary_index: 0 }),
      delta('reasoning_summary_text', 'T', 0, { summary_index: 1 }),
    ];
    expect(decode([added(0, { ...item, summary: [] }), ...pieces, done(0, item), completed()])).toEqual([
      { type: 'reasoning', delta: 'One', part: 0 },
      { type: 'reasoning', delta: 'T', part: 1 },
      { type: 'reasoning', delta: 'wo', part: 1 },
      { type: 'reasoning', delta: '', part: 1, origin: origin({ item }) },
      finish,
    ]);
  });

  test('that nobody may read is kept all the same, and an empty item is nothing', () => {
    const item = { type: 'reasoning', id: 'rs', summary: [], encrypted_content: 'secret' };
    expect(decode([done(0, item), completed()])).toEqual([
      { type: 'reasoning', delta: '', part: 0, origin: origin({ item }) },
      finish,
    ]);
    expect(decode([done(0, { ...item, encrypted_content: null }), completed()])).toEqual([finish]);
  });

  test('may come in clear', () => {
    const item = { type: 'reasoning', id: 'rs', summary: [], content: [{ type: 'reasoning_text', text: 'hmm' }] };
    expect(decode([delta('reasoning_text', 'hm', 0), done(0, item), completed()])).toEqual([
      { type: 'reasoning', delta: 'hm', part: 0 },
      { type: 'reasoning', delta: 'm', part: 0 },
      { type: 'reasoning', delta: '', part: 0, origin: origin({ item }) },
      finish,
    ]);
  });
});

describe('calls', () => {
  test('without number and id are told apart by the id of their call', () => {
    const calls = ['c1', 'c2'].map((id) => ({ type: 'function_call', call_id: id, name: 'a', arguments: '{}' }));
    const events = decode([...calls.map((item) => event('output_item.done', { item })), completed({ output: calls })]);
    expect(events.flatMap((one) => (one.type === 'call' ? [one.id] : []))).toEqual(['c1', 'c2']);
  });

  const item = { type: 'function_call', id: 'fc', call_id: 'c1', name: 'add', arguments: '' };
  const call = { type: 'call', key: 0, id: 'c1', name: 'add', arguments: '{"x":1}' };
  const whole = { ...item, arguments: '{"x":1}', status: 'completed' };

  test('grow and come whole', () => {
    const pieces = ['{"x"', ':1}'].map((text) => delta('function_call_arguments', text, 0));
    expect(decode([added(0, item), ...pieces, done(0, whole), completed()])).toEqual([
      { type: 'tool-input', key: 0, name: 'add', delta: '' },
      { type: 'tool-input', key: 0, name: 'add', delta: '{"x"' },
      { type: 'tool-input', key: 0, name: 'add', delta: ':1}' },
      call,
      { ...finish, reason: 'tool-calls' },
    ]);
  });

  test('may come at once, at the end, without arguments, or as an object', () => {
    const at = (output: readonly Told[]) =>
      decode([completed({ output })]).flatMap((one) => (one.type === 'call' ? [[one.arguments, one.incomplete]] : []));
    expect(at([whole])).toEqual([['{"x":1}', undefined]]);
    expect(at([{ ...whole, arguments: '' }])).toEqual([['', undefined]]);
    expect(at([{ ...whole, arguments: '', status: undefined }])).toEqual([['', undefined]]);
    expect(at([{ ...whole, arguments: { x: 1 } }])).toEqual([['{"x":1}', undefined]]);
    expect(at([whole, { ...whole, id: 'fc2', call_id: 'c2' }])).toHaveLength(2);
  });

  test('whose pieces come before their name are told as soon as it is known', () => {
    expect(decode([delta('function_call_arguments', '{"x":1}', 0), done(0, whole), completed()])).toEqual([
      { type: 'tool-input', key: 0, name: 'add', delta: '{"x":1}' },
      call,
      { ...finish, reason: 'tool-calls' },
    ]);
  });

  test('that were cut are marked', () => {
    const half = delta('function_call_arguments', '{"x"', 0);
    const incomplete = { ...item, arguments: '{"x"', status: 'incomplete' };
    const length = event('incomplete', {
      response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    });
    const cut = { ...call, arguments: '{"x"', incomplete: true };
    expect(decode([added(0, item), half, done(0, incomplete), length]).slice(-2)).toEqual([
      cut,
      { type: 'finish', reason: 'length', raw: 'max_output_tokens' },
    ]);
    expect(decode([added(0, item), half]).at(-1)).toEqual(cut);
    expect(decode([added(0, item), half, completed()]).at(-2)).toEqual(cut);
  });

  test('keep what stands beside them', () => {
    const caller = { type: 'program', caller_id: 'p' };
    expect(decode([done(0, { ...whole, namespace: 'n', caller }), completed()])).toContainEqual({
      ...call,
      origin: origin({ namespace: 'n', caller }),
    });
  });

  test('of custom tools have any text as arguments', () => {
    const custom = { type: 'custom_tool_call', id: 'ct', call_id: 'c1', name: 'sql', input: 'SELECT 1' };
    const pieces = ['SELECT ', '1'].map((text) => delta('custom_tool_call_input', text, 0));
    expect(decode([added(0, { ...custom, input: '' }), ...pieces, done(0, custom), completed()])).toEqual([
      { type: 'tool-input', key: 0, name: 'sql', delta: '' },
      { type: 'tool-input', key: 0, name: 'sql', delta: 'SELECT ' },
      { type: 'tool-input', key: 0, name: 'sql', delta: '1' },
      {
        type: 'call',
        key: 0,
        id: 'c1',
        name: 'sql',
        arguments: 'SELECT 1',
        origin: origin({ type: 'custom_tool_call' }),
      },
      { ...finish, reason: 'tool-calls' },
    ]);
  });

  test('that are left to whoever asked and nobody can do are warned of', () => {
    const patch = { type: 'apply_patch_call', id: 'a', call_id: 'c', operation: {} };
    expect(decode([done(0, patch), completed()])).toEqual([
      { type: 'warning', reason: 'test/model asked for a apply_patch_call, which nobody here can do.' },
      finish,
    ]);
  });
});

describe('calls that the provider runs (rule W3)', () => {
  test('come with what came of them, which holds the whole item', () => {
    const action = { type: 'search', query: 'q', sources: [{ type: 'url', url: 'http://a' }] };
    const item = { type: 'web_search_call', id: 'ws', status: 'completed', action };
    const running = { type: 'web_search_call', id: 'ws', status: 'in_progress' };
    expect(decode([added(0, running), event('web_search_call.searching'), done(0, item), completed()])).toEqual([
      { type: 'tool-input', key: 0, name: 'web_search', delta: '' },
      { type: 'tool-input', key: 0, name: 'web_search', delta: '{"type":"search","query":"q"}' },
      {
        type: 'call',
        key: 0,
        id: 'ws',
        name: 'web_search',
        arguments: '{"type":"search","query":"q"}',
        providerExecuted: true,
      },
      { type: 'result', key: 0, id: 'ws', output: { sources: action.sources }, origin: origin({ item }) },
      finish,
    ]);
  });

  test('have the names that were declared', () => {
    const declared = [
      openai.webSearch({ name: 'look' }),
      openai.mcp({ serverLabel: 'gh', name: 'github' }),
      openai.mcp({ serverLabel: 'other' }),
    ];
    const items = [
      { type: 'web_search_call', id: '1' },
      { type: 'mcp_call', id: '2', server_label: 'gh', name: 'search', arguments: '{}', output: 'x' },
      { type: 'mcp_call', id: '3', server_label: 'other', name: 'search', arguments: '{}', output: 'x' },
      { type: 'mcp_list_tools', id: '4', server_label: 'new', tools: [{ name: 'a', input_schema: {} }] },
      { type: 'file_search_call', id: '5', queries: ['q'], results: null },
    ];
    const events = decode([completed({ output: items })], { providerTools: declared });
    expect(events.flatMap((one) => (one.type === 'call' ? one.name : []))).toEqual([
      'look',
      'github.search',
      'other.search',
      'new.mcp_list_tools',
      'file_search',
    ]);
    expect(events.flatMap((one) => (one.type === 'result' ? [one.output] : []))).toEqual([
      {},
      'x',
      'x',
      { tools: ['a'] },
      { results: [] },
    ]);
  });

  test('are told before they run where they may change something, and fail as they say', () => {
    const item = { type: 'mcp_call', id: 'm', server_label: 's', name: 'pay', arguments: '' };
    const begun = [
      added(0, item),
      delta('mcp_call_arguments', '{"a":1}', 0),
      event('mcp_call_arguments.done', { output_index: 0, arguments: '{"a":1}' }),
    ];
    const told = [
      { type: 'tool-input', key: 0, name: 's.pay', delta: '' },
      { type: 'tool-input', key: 0, name: 's.pay', delta: '{"a":1}' },
      { type: 'call', key: 0, id: 'm', name: 's.pay', arguments: '{"a":1}', providerExecuted: true },
    ];
    expect(decode(begun)).toEqual(told);
    const failed = { ...item, arguments: '{"a":1}', status: 'failed', error: 'no money' };
    expect(decode([...begun, done(0, failed), completed()])).toEqual([
      ...told,
      { type: 'result', key: 0, id: 'm', output: 'no money', isError: true, origin: origin({ item: failed }) },
      finish,
    ]);
  });

  test('tell their program as the argument that it is, while it is written', () => {
    const item = { type: 'code_interpreter_call', id: 'ci', code: '', container_id: 'c', outputs: null };
    const code = 'print("a")\n😀';
    const pieces = ['print(', '"a")\n\ud83d', '\ude00'].map((text) => delta('code_interpreter_call_code', text, 0));
    const whole = { ...item, code, outputs: [{ type: 'logs', logs: 'a' }] };
    const events = decode([
      added(0, item),
      ...pieces,
      event('code_interpreter_call_code.done', { output_index: 0, code }),
      done(0, whole),
      completed(),
    ]);
    const written = events.flatMap((one) => (one.type === 'tool-input' ? one.delta : [])).join('');
    expect(JSON.parse(written)).toEqual({ code });
    expect(events.filter(({ type }) => type === 'call')).toEqual([
      { type: 'call', key: 0, id: 'ci', name: 'code_interpreter', arguments: written, providerExecuted: true },
    ]);
    expect(events).toContainEqual({
      type: 'result',
      key: 0,
      id: 'ci',
      output: { container_id: 'c', outputs: [{ type: 'logs', logs: 'a' }] },
      origin: origin({ item: whole }),
    });
    const [, , call] = decode([done(0, whole), completed()]);
    expect(decode([done(0, whole), completed()])[1]).toMatchObject({
      type: 'call',
      arguments: JSON.stringify({ code }),
    });
    expect(call).toMatchObject({ type: 'result' });
  });

  test('may make images, which stand once in the answer', () => {
    const item = {
      type: 'image_generation_call',
      id: 'ig',
      status: 'generating',
      output_format: 'webp',
      size: '1x1',
      revised_prompt: 'a cat',
      result: 'AAAA',
    };
    const kept = { type: 'image_generation_call', id: 'ig', status: 'completed', revised_prompt: 'a cat' };
    expect(decode([done(0, item), completed()]).slice(1)).toEqual([
      {
        type: 'call',
        key: 0,
        id: 'ig',
        name: 'image_generation',
        arguments: '{"prompt":"a cat"}',
        providerExecuted: true,
      },
      { type: 'result', key: 0, id: 'ig', output: { size: '1x1' }, origin: origin({ item: kept }) },
      {
        type: 'part',
        value: {
          type: 'file',
          mediaType: 'image/webp',
          source: { type: 'base64', data: 'AAAA' },
          origin: origin({ image: 'ig' }),
        },
      },
      finish,
    ]);
  });

  const request = { type: 'mcp_approval_request', id: 'mcpr', server_label: 's', name: 'pay', arguments: '{"a":1}' };

  test('may ask for an approval, and then the turn is not over', () => {
    expect(decode([added(0, request), done(0, request), completed()])).toEqual([
      { type: 'tool-input', key: 0, name: 's.pay', delta: '' },
      { type: 'tool-input', key: 0, name: 's.pay', delta: '{"a":1}' },
      {
        type: 'call',
        key: 0,
        id: 'mcpr',
        name: 's.pay',
        arguments: '{"a":1}',
        providerExecuted: true,
        needsApproval: true,
        origin: origin({ item: request }),
      },
      { ...finish, reason: 'tool-calls' },
    ]);
  });

  test('that were approved settle the call that asked, with all that goes back', () => {
    const asked = {
      type: 'tool',
      call: { id: 'own', providerId: 'mcpr', name: 's.pay', arguments: '{"a":1}', state: 'running' },
      origin: origin({ item: request }),
    };
    const messages = [{ id: 'm', role: 'assistant', parts: [asked], at: 0 }] as unknown as ModelRequest['messages'];
    const made = {
      type: 'mcp_call',
      id: 'mcp',
      approval_request_id: 'mcpr',
      server_label: 's',
      name: 'pay',
      arguments: '{"a":1}',
      output: 'paid',
    };
    const whole = event('mcp_call_arguments.done', { output_index: 0, arguments: '{"a":1}' });
    expect(decode([added(0, { ...made, arguments: '' }), whole, done(0, made), completed()], { messages })).toEqual([
      { type: 'tool-input', key: 0, name: 's.pay', delta: '' },
      { type: 'tool-input', key: 0, name: 's.pay', delta: '{"a":1}' },
      { type: 'result', id: 'mcpr', output: 'paid', origin: origin({ item: request, call: made }) },
      finish,
    ]);
  });

  test('and what else the provider wants back is kept, unseen', () => {
    const items = [
      { type: 'tool_search_call', id: 'a', execution: 'server', arguments: {} },
      { type: 'tool_search_output', id: 'b', tools: [] },
      { type: 'shell_call', id: 'c', environment: { type: 'container_reference' } },
      { type: 'shell_call_output', id: 'd', output: [] },
      { type: 'compaction', id: 'e', encrypted_content: 'x' },
      { type: 'program', id: 'f', code: 'x' },
      { type: 'something_new', id: 'g' },
    ];
    expect(decode([completed({ output: items })])).toEqual([
      ...items.slice(0, -1).map((item, part) => ({ type: 'reasoning', delta: '', part, origin: origin({ item }) })),
      finish,
    ]);
  });
});

describe('the end', () => {
  test.each([
    ['completed', undefined, 'stop', 'completed'],
    ['incomplete', 'max_output_tokens', 'length', 'max_output_tokens'],
    ['incomplete', 'content_filter', 'content-filter', 'content_filter'],
    ['incomplete', 'something_else', 'other', 'something_else'],
    ['incomplete', undefined, 'other', 'incomplete'],
  ])('that is %s for %s is told as %s', (status, why, reason, raw) => {
    const response = { status, output: [], ...(why && { incomplete_details: { reason: why } }) };
    expect(decode([event(status, { response })])).toEqual([{ type: 'finish', reason, raw }]);
    // Not every server says in the answer what its event says.
    const { status: _, ...bare } = response;
    expect(decode([event(status, { response: bare })])).toEqual([{ type: 'finish', reason, raw }]);
    expect(decode([event(status, { response: { ...bare, status: null } })])).toEqual([{ type: 'finish', reason, raw }]);
  });

  test('is not told by an event that is not known', () => {
    const beat = event('heartbeat', { response: { id: 'r1' } });
    expect(decode([beat, delta('output_text', 'Hel', 0)])).toEqual([{ type: 'text', delta: 'Hel', part: 0 }]);
    expect(decode([beat, delta('output_text', 'Hello', 0), completed()]).at(-1)).toMatchObject({ reason: 'stop' });
  });

  test('that failed is an error, whether or not the answer says so', () => {
    const decoder = new ResponsesDecoder(wire);
    decoder.push(JSON.stringify(event('failed', { response: { output: [] } })), '', []);
    expect(() => decoder.end([])).toThrow('the answer is failed');
  });

  test('may be missing: then nothing is finished', () => {
    expect(decode([delta('output_text', 'Hel', 0)])).toEqual([{ type: 'text', delta: 'Hel', part: 0 }]);
    expect(decode([delta('output_text', 'Hel', 0), '[DONE]'])).toHaveLength(1);
  });

  test('is the end: what follows is passed over', () => {
    const decoder = new ResponsesDecoder(wire);
    const events: ModelEvent[] = [];
    decoder.push(JSON.stringify(completed()), '', events);
    expect(decoder.isDone).toBe(true);
    decoder.push('[DONE]', '', events);
    decoder.push(JSON.stringify(delta('output_text', 'late', 0)), '', events);
    decoder.end(events);
    expect(events).toEqual([finish]);
  });

  test('and an answer that comes whole is one', () => {
    const whole = { object: 'response', id: 'r', status: 'completed', output: [said('Hello')], usage: {} };
    const events = decode([JSON.stringify(whole)]);
    expect(events.map(({ type }) => type)).toEqual(['usage', 'text', 'finish']);
    // It was made in the background, and nobody would wait for it.
    expect(decode([{ object: 'response', status: 'queued', output: [] }])).toEqual([]);
  });

  test('events of kinds that are not known change nothing', () => {
    const unknown = [
      event('shell_call_output_content.done', { output: [{ stdout: '' }] }),
      event('something.new', { output_index: 0, error: null }),
      { type: 'keepalive' },
      {},
      '"text"',
      '[]',
      'null',
    ];
    expect(decode([...unknown, completed()])).toEqual([finish]);
  });

  test('counts tokens: input with what was cached, output with what was thought', () => {
    const raw = {
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 5 },
    };
    expect(decode([completed({ usage: raw })])[0]).toEqual({
      type: 'usage',
      usage: { input: 9, output: 7, cachedInput: 4, reasoning: 5, raw },
    });
  });
});

describe('errors', () => {
  function failure(pieces: readonly (Told | string)[], secrets: readonly string[] = []): unknown {
    const decoder = new ResponsesDecoder(wire, { secrets: () => secrets });
    try {
      for (const piece of pieces) decoder.push(typeof piece === 'string' ? piece : JSON.stringify(piece), '', []);
      decoder.end([]);
    } catch (error) {
      return error;
    }
    return undefined;
  }

  test.each([
    ['an error event', [{ type: 'error', code: 'server_error', message: 'Boom sk-1' }], 'provider', true],
    [
      'one with an object',
      [{ type: 'error', error: { type: 'tokens', code: 'rate_limit_exceeded', message: 'Boom' } }],
      'rate-limit',
      true,
    ],
    [
      'a failed answer',
      [event('failed', { response: { status: 'failed', error: { code: 'server_error', message: 'Boom' } } })],
      'provider',
      true,
    ],
    ['a cancelled answer', [event('cancelled', { response: { status: 'cancelled' } })], 'provider', true],
    ['an object without a type', [{ error: { message: 'Boom', code: 'invalid_api_key' } }], 'auth', false],
    ['a detail', [{ detail: 'Boom: too many requests' }], 'rate-limit', true],
    ['a policy', [{ type: 'error', code: 'bio_policy', message: 'No' }], 'content-filter', false],
    [
      'an image',
      [event('failed', { response: { status: 'failed', error: { code: 'image_too_large', message: 'No' } } })],
      'invalid-request',
      false,
    ],
    ['what is no JSON', ['{"type": oops', 'x'], 'invalid-response', true],
  ])('are told: %s', (_, pieces, code, retryable) => {
    const error = failure(pieces, ['sk-1']);
    expect(error).toBeInstanceOf(ChatError);
    expect(error).toMatchObject({ code, retryable, message: expect.stringMatching(/^Asking test\/model/) as string });
    expect((error as ChatError).message).not.toContain('sk-1');
  });

  test('that are told twice are told as the second time', () => {
    const pieces = [
      { type: 'error', error: { code: 'unknown-error', message: 'Foobar' } },
      event('failed', { response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Too large' } } }),
    ];
    expect(failure(pieces)).toMatchObject({ code: 'rate-limit', providerCode: 'rate_limit_exceeded' });
  });

  test('come after what was said before them, with its usage', () => {
    const decoder = new ResponsesDecoder(wire);
    const events: ModelEvent[] = [];
    decoder.push(JSON.stringify(delta('output_text', 'Hel', 0)), '', events);
    const response = { status: 'failed', error: { message: 'Boom' }, usage: { input_tokens: 3 } };
    decoder.push(JSON.stringify(event('failed', { response })), '', events);
    expect(decoder.isDone).toBe(true);
    expect(() => decoder.end(events)).toThrow('Boom');
    expect(events.map(({ type }) => type)).toEqual(['text', 'usage']);
  });
});

test('any cut of the bytes gives the same events', async () => {
  const call = { type: 'function_call', call_id: 'c', name: 'add', arguments: '{"é":"😀"}', status: 'completed' };
  const told = [
    added(0, { type: 'reasoning', summary: [] }),
    delta('reasoning_summary_text', 'Grüße 😀', 0),
    done(0, { type: 'reasoning', summary: [{ text: 'Grüße 😀' }], encrypted_content: 'x' }),
    delta('output_text', 'Zwölf Boxkämpfer', 1),
    done(1, said('Zwölf Boxkämpfer', { phase: 'commentary' })),
    added(2, { ...call, arguments: '' }),
    delta('function_call_arguments', '{"é":"😀"}', 2),
    done(2, call),
    completed({ usage: { input_tokens: 1 } }),
  ];
  const text = told.map((one) => `event: ${String(one['type'])}\ndata: ${JSON.stringify(one)}\n\n`).join('');
  const bytes = new TextEncoder().encode(text);
  const expected = decode(told);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const piece of pieces) controller.enqueue(piece);
          controller.close();
        },
      });
      const { signal } = new AbortController();
      const events: ModelEvent[] = [];
      const read = readEvents(body, new ResponsesDecoder(wire), { what: 'Asking', signal });
      for await (const batch of read) events.push(...batch);
      expect(events).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
