import { describe, test } from 'vitest';
import type { MakeModel, ModelScenario } from '../../../testing/model/case.ts';
import { modelCases } from '../../../testing/model/cases.ts';
import { openai } from '../index.ts';

describe('Responses over a fetch of this process', () => {
  let open = 0;
  const make: MakeModel = (scenario) =>
    openai('gpt-5', { apiKey: 'key', fetch: serve(scenario, (more) => (open += more)) });
  const options = { unsupported: { topK: 5, stop: ['x'] }, open: () => open };
  for (const { name, run } of modelCases(make, options)) test(name, run);
});

/** A server that does what a scenario wants; `count` is told of each body that opens and ends. */
function serve(scenario: ModelScenario, count: (more: number) => void): typeof fetch {
  return async (_, init) => {
    init?.signal?.throwIfAborted();
    const events = [...eventsOf(scenario)];
    const encoder = new TextEncoder();
    count(1);
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) =>
          init?.signal?.addEventListener('abort', () => {
            controller.error(init.signal?.reason);
            count(-1);
          }),
        pull: async (controller) => {
          const event = events.shift();
          if (event) return controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`));
          if (scenario === 'endless') return new Promise(() => {});
          controller.close();
          count(-1);
        },
        cancel: () => count(-1),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
}

function* eventsOf(scenario: ModelScenario): Generator<object> {
  const thought = { type: 'reasoning', id: 'rs', summary: [], encrypted_content: 'x' };
  yield { type: 'response.created', response: { id: 'r1', model: 'gpt-5', status: 'in_progress' } };
  yield { type: 'response.output_item.done', output_index: 0, item: thought };
  yield { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Hel' };
  if (scenario === 'cut' || scenario === 'endless') return;
  yield { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'lo.' };
  if (scenario === 'call') {
    const call = { type: 'function_call', id: 'fc', call_id: 'c1', name: 'add', arguments: '' };
    const at = { output_index: 2 };
    yield { type: 'response.output_item.added', ...at, item: call };
    yield { type: 'response.function_call_arguments.delta', ...at, delta: '{"a":2,' };
    yield { type: 'response.function_call_arguments.delta', ...at, delta: '"b":3}' };
    const whole = { ...call, arguments: '{"a":2,"b":3}', status: 'completed' };
    yield { type: 'response.output_item.done', ...at, item: whole };
  }
  const usage = { input_tokens: 9, output_tokens: 2 };
  yield { type: 'response.completed', response: { id: 'r1', model: 'gpt-5', status: 'completed', output: [], usage } };
}
