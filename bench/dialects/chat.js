// Chat Completions, with the fields that OpenAI sends.
import { argumentPieces, noop, wordsOf } from './words.js';

export const path = '/chat/completions';
export const headers = { authorization: 'Bearer x' };
/** What stands in a request once for each result of a call. */
export const resultMark = '"role":"tool"';

/** The answer of a step, event by event. */
export function eventsOf({ n, steps, calls }, step) {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: n,
    total_tokens: 10 + n,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
  const chunks = step < steps ? callChunks(calls, step) : textChunks(n);
  // An answer in the next step is another one; some clients go by its id.
  const head = {
    id: `chatcmpl-CmockA1b2C3d4E5f6${step}`,
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'mock',
    service_tier: 'default',
    system_fingerprint: 'fp_mock0001',
  };
  const events = [...chunks, { choices: [], usage }].map(
    (chunk) => `data: ${JSON.stringify({ ...head, ...chunk })}\n\n`,
  );
  return [...events, 'data: [DONE]\n\n'];
}

/** What a client asks at least. */
export function bodyFor(messages, hasTools) {
  const tools = hasTools ? [{ type: 'function', function: noop }] : undefined;
  return { model: 'mock', messages, stream: true, stream_options: { include_usage: true }, tools };
}

/** Reads the data of one event after the other. */
export function readerOf(onText, calls) {
  return (data) => {
    if (data === '[DONE]') return;
    const delta = JSON.parse(data).choices[0]?.delta;
    if (delta?.content) onText(delta.content);
    for (const piece of delta?.tool_calls ?? []) {
      const call = (calls[piece.index] ??= { id: piece.id, name: piece.function.name, text: '' });
      call.text += piece.function.arguments;
    }
  };
}

/** The messages that tell of calls and their results. */
export function turnOf(calls, results) {
  const asked = calls.map(({ id, name, text }) => ({ id, type: 'function', function: { name, arguments: text } }));
  const told = calls.map(({ id }, i) => ({ role: 'tool', tool_call_id: id, content: results[i] }));
  return [{ role: 'assistant', content: null, tool_calls: asked }, ...told];
}

function textChunks(n) {
  const pieces = wordsOf(n).map((content) => choice({ content }));
  return [choice({ role: 'assistant', content: '', refusal: null }), ...pieces, choice({}, 'stop')];
}

function callChunks(count, step) {
  const pieces = Array.from({ length: count }, (_, index) => {
    const id = `call_${step}_${index}`;
    return [
      choice({ tool_calls: [{ index, id, type: 'function', function: { name: 'noop', arguments: '' } }] }),
      ...argumentPieces.map((piece) => choice({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ];
  });
  return [choice({ role: 'assistant', content: null, refusal: null }), ...pieces.flat(), choice({}, 'tool_calls')];
}

function choice(delta, finish = null) {
  return { choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null };
}
