// Anthropic Messages, with the events and fields that Anthropic sends.
import { argumentPieces, named, noop, wordsOf } from './words.js';

export const path = '/messages';
export const headers = { 'x-api-key': 'x', 'anthropic-version': '2023-06-01' };
/** What stands in a request once for each result of a call. */
export const resultMark = '"type":"tool_result"';

/** The answer of a step, event by event; Anthropic pads them to hide how long they are. */
export function eventsOf({ n, steps, calls }, step) {
  const isText = step >= steps;
  const blocks = isText
    ? textBlock(wordsOf(n))
    : Array.from({ length: calls }, (_, index) => callBlock(step, index)).flat();
  const message = {
    model: 'mock',
    id: `msg_mock00000000000000${step}`,
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1, service_tier: 'standard' },
  };
  const delta = { stop_reason: isText ? 'end_turn' : 'tool_use', stop_sequence: null };
  return [
    { type: 'message_start', message },
    ...blocks,
    { type: 'message_delta', delta, usage: { ...usage, output_tokens: n } },
    { type: 'message_stop' },
  ].map((event, number) => named(event, ' '.repeat(number % 15)));
}

/** What a client asks at least. */
export function bodyFor(messages, hasTools) {
  const { name, description, parameters } = noop;
  const tools = hasTools ? [{ name, description, input_schema: parameters }] : undefined;
  return { model: 'mock', max_tokens: 8192, messages, stream: true, tools };
}

/** Reads the data of one event after the other. */
export function readerOf(onText, calls) {
  const open = new Map();
  return (data) => {
    const { type, index, delta, content_block: block } = JSON.parse(data);
    if (type === 'content_block_delta') {
      if (delta.type === 'text_delta') onText(delta.text);
      else if (delta.type === 'input_json_delta') open.get(index).text += delta.partial_json;
    } else if (type === 'content_block_start' && block.type === 'tool_use') {
      const call = { id: block.id, name: block.name, text: '' };
      open.set(index, call);
      calls.push(call);
    }
  };
}

/** The messages that tell of calls and their results. */
export function turnOf(calls, results) {
  const asked = calls.map(({ id, name, text }) => ({ type: 'tool_use', id, name, input: JSON.parse(text) }));
  const told = calls.map(({ id }, i) => ({ type: 'tool_result', tool_use_id: id, content: results[i] }));
  return [
    { role: 'assistant', content: asked },
    { role: 'user', content: told },
  ];
}

const usage = {
  input_tokens: 10,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
};

function textBlock(words) {
  return [
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...words.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
  ];
}

function callBlock(step, index) {
  const block = { type: 'tool_use', id: `toolu_${step}_${index}`, name: 'noop', input: {} };
  // The first piece is empty there.
  const deltas = ['', ...argumentPieces].map((piece) => ({
    type: 'content_block_delta',
    index,
    delta: { type: 'input_json_delta', partial_json: piece },
  }));
  return [
    { type: 'content_block_start', index, content_block: block },
    ...deltas,
    { type: 'content_block_stop', index },
  ];
}
