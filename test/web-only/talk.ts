import { createChat } from 'yourcall';
import type { Model } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import worker from '../../examples/worker.ts';

const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
const behind: Promise<unknown>[] = [];

function ask(path: string, body?: object): Promise<Response> {
  const said = body && { method: 'POST', body: JSON.stringify(body) };
  const request = new Request(`http://localhost/api/chat${path}`, { headers, ...said });
  return worker.fetch(request, {}, { waitUntil: (work) => void behind.push(work) });
}

// oxlint-disable-next-line typescript/no-explicit-any -- JSON from outside
async function answered(asked: Promise<Response>): Promise<any> {
  const answer = await (await asked).json();
  await Promise.all(behind.splice(0));
  return answer;
}

/** The names of the events of a talk with a pause in it, and whether a big file came to the model as it was said. */
export async function talk(): Promise<{ readonly events: readonly string[]; readonly isWhole: boolean }> {
  const { id } = await answered(ask('/threads', {}));
  const thread = `/threads/${id}`;
  const stream = await ask(`${thread}/events?after=c0`);
  await answered(ask(`${thread}/messages`, { content: 'Refund it.' }));
  const { waiting } = await answered(ask(thread));
  const decisions = [{ call: waiting[0].call.id, seen: waiting[0].seen, decision: { type: 'approve' } }];
  await answered(ask(`${thread}/decisions`, { decisions }));
  return { events: await namesUntil(stream, 'done'), isWhole: await isFileWhole() };
}

async function namesUntil(response: Response, last: string): Promise<readonly string[]> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; ;) {
    const { value = '', done } = await reader.read();
    text += value;
    const names = [...text.matchAll(/^event: (.*)$/gm)].map(([, name = '']) => name);
    if (!done && !names.includes(last)) continue;
    await reader.cancel();
    return names.filter((name) => name !== 'tool');
  }
}

async function isFileWhole(): Promise<boolean> {
  const data = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(50_000))));
  let seen: unknown;
  const model: Model = {
    provider: 'example',
    id: 'reader',
    async *stream({ messages }) {
      [seen] = messages[0]!.parts;
      yield { type: 'text', delta: 'I see.' };
      yield { type: 'finish', reason: 'stop' };
    },
  };
  const runtime = createRuntime({ chat: createChat({ model }), store: memoryStore(), work: false });
  const key = await runtime.threads.create({ tenant: 'acme' });
  const file = { type: 'file', mediaType: 'image/png', source: { type: 'base64', data } } as const;
  await runtime.send(key, [file]);
  const isApart = !JSON.stringify(await runtime.read(key)).includes(data);
  await runtime.tick({ budget: 0 });
  await runtime.close();
  return isApart && JSON.stringify(seen) === JSON.stringify(file);
}
