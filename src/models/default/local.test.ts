import { expect, test } from 'vitest';
import { findLocalModel } from './local.ts';

/** Answers by URL; what is not listed refuses the connection. */
function serving(answers: Record<string, unknown>): typeof fetch {
  return async (url) => {
    const answer = answers[String(url)];
    if (answer === undefined) throw new TypeError('fetch failed');
    return answer === 'slow' ? new Promise<Response>(() => {}) : Response.json(answer);
  };
}

const ollama = 'http://127.0.0.1:11434';
const studio = 'http://127.0.0.1:1234';
const list = (...ids: string[]): unknown => ({ object: 'list', data: ids.map((id) => ({ id })) });

test('an Ollama whose model does tools is taken', async () => {
  const answers = {
    [`${ollama}/v1/models`]: list('qwen3'),
    [`${ollama}/api/show`]: { capabilities: ['completion', 'tools'] },
  };
  expect(await findLocalModel(serving(answers))).toEqual({ provider: 'ollama', model: 'qwen3' });
});

test('a model without tools is not taken', async () => {
  const answers = { [`${ollama}/v1/models`]: list('tiny'), [`${ollama}/api/show`]: { capabilities: ['completion'] } };
  expect(await findLocalModel(serving(answers))).toBeUndefined();
});

test('an LM Studio whose model does tools is taken', async () => {
  const details = { data: [{ id: 'a' }, { id: 'b', capabilities: ['tool_use'] }] };
  const answers = { [`${studio}/v1/models`]: list('a', 'b'), [`${studio}/api/v0/models`]: details };
  expect(await findLocalModel(serving(answers))).toEqual({ provider: 'lmstudio', model: 'b' });
});

test('something else at the port is not taken for a model server', async () => {
  const page = { [`${ollama}/v1/models`]: { hello: 'world' }, [`${studio}/v1/models`]: [1, 2] };
  expect(await findLocalModel(serving(page))).toBeUndefined();
  expect(await findLocalModel(serving({}))).toBeUndefined();
});
