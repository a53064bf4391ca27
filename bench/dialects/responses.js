// Responses, with the events and fields that OpenAI sends: a text is told whole four times behind its pieces.
import { argumentPieces, named, noop, wordsOf } from './words.js';

export const path = '/responses';
export const headers = { authorization: 'Bearer x' };
/** What stands in a request once for each result of a call. */
export const resultMark = '"type":"function_call_output"';

/** The answer of a step, event by event. */
export function eventsOf({ n, steps, calls }, step) {
  const items =
    step < steps ? Array.from({ length: calls }, (_, place) => callItem(step, place)) : [textItem(step, wordsOf(n))];
  const usage = {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: n,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 10 + n,
  };
  const begun = responseOf(step, { status: 'in_progress', output: [], usage: null });
  const output = items.map(({ item }) => item);
  const done = responseOf(step, { status: 'completed', completed_at: 1_790_000_001, output, usage });
  return [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...items.flatMap(({ events }) => events),
    { type: 'response.completed', response: done },
  ].map((event, number) => named({ ...event, sequence_number: number }));
}

/** What a client asks at least. */
export function bodyFor(input, hasTools) {
  return { model: 'mock', input, stream: true, store: false, tools: hasTools ? [{ type: 'function', ...noop }] : [] };
}

/** Reads the data of one event after the other. */
export function readerOf(onText, calls) {
  return (data) => {
    const event = JSON.parse(data);
    if (event.type === 'response.output_text.delta') onText(event.delta);
    if (event.type !== 'response.output_item.done' || event.item.type !== 'function_call') return;
    const { call_id: id, name, arguments: text } = event.item;
    calls.push({ id, name, text });
  };
}

/** The items that tell of calls and their results. */
export function turnOf(calls, results) {
  return [
    ...calls.map(({ id, name, text }) => ({ type: 'function_call', call_id: id, name, arguments: text })),
    ...calls.map(({ id }, i) => ({ type: 'function_call_output', call_id: id, output: results[i] })),
  ];
}

function textItem(step, words) {
  const id = `msg_mock00000000000000000000000000000000000000000000${step}`;
  const text = words.join('');
  const place = { item_id: id, output_index: 0, content_index: 0 };
  const part = { type: 'output_text', annotations: [], logprobs: [], text };
  const item = { id, type: 'message', status: 'completed', content: [part], role: 'assistant' };
  // OpenAI hides the length of each piece behind letters that mean nothing.
  const deltas = words.map((delta) => ({
    type: 'response.output_text.delta',
    ...place,
    delta,
    logprobs: [],
    obfuscation: 'mockMOCKmo',
  }));
  const events = [
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    ...deltas,
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
    { type: 'response.output_item.done', output_index: 0, item },
  ];
  return { item, events };
}

function callItem(step, place) {
  const text = argumentPieces.join('');
  const id = `fc_mock0000000000000000000000000000000000000000000${step}_${place}`;
  const item = {
    id,
    type: 'function_call',
    status: 'completed',
    arguments: text,
    call_id: `call_${step}_${place}`,
    name: 'noop',
  };
  const here = { item_id: id, output_index: place };
  const deltas = argumentPieces.map((delta) => ({
    type: 'response.function_call_arguments.delta',
    ...here,
    delta,
    obfuscation: 'mockMOCKmo',
  }));
  const events = [
    {
      type: 'response.output_item.added',
      output_index: place,
      item: { ...item, status: 'in_progress', arguments: '' },
    },
    ...deltas,
    { type: 'response.function_call_arguments.done', ...here, arguments: text },
    { type: 'response.output_item.done', output_index: place, item },
  ];
  return { item, events };
}

function responseOf(step, state) {
  return {
    id: `resp_mock0000000000000000000000000000000000000000000${step}`,
    object: 'response',
    created_at: 1_790_000_000,
    background: false,
    completed_at: null,
    error: null,
    frequency_penalty: 0,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model: 'mock',
    parallel_tool_calls: true,
    presence_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: null,
    prompt_cache_retention: null,
    reasoning: { effort: 'none', summary: null },
    safety_identifier: null,
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [{ type: 'function', ...noop, strict: true }],
    top_logprobs: 0,
    top_p: 0.98,
    truncation: 'disabled',
    user: null,
    metadata: {},
    ...state,
  };
}
