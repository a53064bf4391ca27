import { describe, test } from 'vitest';
import type { Model } from '../../chat/model.ts';
import type { MakeModel, ModelScenario } from '../../testing/model/case.ts';
import { modelCases } from '../../testing/model/cases.ts';
import { ollama } from './index.ts';

// What is true of every model, over a server in this process.

describe('Ollama over a fetch of this process', () => {
  let open = 0;
  const make: MakeModel = (scenario) => ollama('m', { fetch: serve(scenario, (more) => (open += more)) });
  const refused = (): Model =>
    ollama('m', { apiKey: 'sk-secret', fetch: async () => Response.json({ error: 'sk-secret?' }, { status: 401 }) });
  const options = {
    unsupported: { cache: true, parallelToolCalls: false, toolChoice: 'required' },
    open: () => open,
    refused,
    secrets: ['sk-secret'],
    warnsOfProviderTools: true,
  } as const;
  for (const { name, run } of modelCases(make, options)) test(name, run);
});

/** A server that does what a scenario wants; `count` is told of each body that opens and ends. */
function serve(scenario: ModelScenario, count: (more: number) => void): typeof fetch {
  return async (_, init) => {
    init?.signal?.throwIfAborted();
    const lines = [...linesOf(scenario)];
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
          const line = lines.shift();
          if (line !== undefined) return controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
          if (scenario === 'endless') return new Promise(() => {});
          controller.close();
          count(-1);
        },
        cancel: () => count(-1),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } });
  };
}

function* linesOf(scenario: ModelScenario): Generator<unknown> {
  const said = (message: object): object => ({ model: 'm', message: { role: 'assistant', content: '', ...message } });
  yield said({ thinking: 'Hm.' });
  yield said({ content: 'Hel' });
  if (scenario === 'cut' || scenario === 'endless') return;
  yield said({ content: 'lo.' });
  if (scenario === 'call') yield said({ tool_calls: [{ function: { name: 'add', arguments: { a: 2, b: 3 } } }] });
  yield { ...said({}), done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: 2 };
}
