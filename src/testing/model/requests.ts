import type { ModelRequest, ToolDeclaration } from '../../chat/model.ts';
import type { FilePart } from '../../conversation/content.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import type { CallStanding, ToolCall } from '../../conversation/tool-call.ts';

/** The tool that the cases declare. */
export const declaredTool: ToolDeclaration = {
  name: 'add',
  description: 'Adds two numbers and gives their sum',
  inputSchema: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
    additionalProperties: false,
  },
};

/** What a request of a case differs in. */
export type RequestParts = Partial<ModelRequest>;

/** A request in which a user says these words. */
export function saying(words: string, parts: RequestParts = {}): ModelRequest {
  return {
    messages: [userSays(words)],
    tools: [],
    settings: {},
    signal: new AbortController().signal,
    kept: new Map(),
    ...parts,
  };
}

/** A conversation whose last answer made these calls, one for each way in which a call may stand. */
export function afterCalls(words: string, standings: readonly CallStanding[]): readonly Message[] {
  const parts = standings.map((standing, number) => ({ type: 'tool', call: callThat(standing, number) }) as const);
  return [
    userSays(words),
    {
      id: 'answer',
      role: 'assistant',
      parts: [{ type: 'text', text: 'I add.' }, ...parts],
      at: 2,
      finish: 'tool-calls',
    },
  ];
}

/** Every way in which a call may be over. */
export const settledStandings: readonly CallStanding[] = [
  { state: 'completed', output: 5 },
  { state: 'completed', output: { sum: 5 }, content: [{ type: 'text', text: 'The sum is 5.' }] },
  { state: 'failed', reason: 'no numbers today', outcome: 'none' },
  { state: 'failed', reason: 'it did not answer in time', outcome: 'unknown' },
  { state: 'denied', by: 'policy', reason: 'not on Sundays' },
  { state: 'denied', by: 'expired' },
  { state: 'rejected', reason: 'not now' },
  { state: 'cancelled', by: 'stop', outcome: 'none' },
];

const elsewhere = { provider: 'elsewhere', model: 'm', data: { signature: 'c2lnbmVk' } };

const image: FilePart = { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: onePixel() } };

/** A conversation that a model of another provider began, with everything that only that one understands. */
export function begunElsewhere(words: string): readonly Message[] {
  const cancelled = callThat({ state: 'cancelled', by: 'stop', outcome: 'none' }, 2);
  const spoken: readonly Part[] = [
    { type: 'reasoning', text: 'He greets me.', origin: elsewhere },
    { type: 'text', text: 'I add.', origin: elsewhere },
    { type: 'tool', call: { ...callThat({ state: 'completed', output: 5 }, 1), providerId: oddId }, origin: elsewhere },
    {
      type: 'tool',
      call: { ...callThat({ state: 'completed', output: 'sunny' }, 3), name: 'web_search', providerExecuted: true },
      origin: elsewhere,
    },
    { type: 'source', url: 'https://example.com', title: 'Weather' },
    { type: 'data', name: 'refusal', data: 'I will not say more.' },
    image,
  ];
  const cut: readonly Part[] = [
    { type: 'reasoning', text: 'Now I' },
    { type: 'text', text: '' },
    { type: 'tool', call: { ...cancelled, arguments: '{"a":', incomplete: true } },
  ];
  return [
    { id: 'e0', role: 'system', parts: [{ type: 'text', text: 'It is Monday.' }], at: 0 },
    { id: 'e1', role: 'user', parts: [{ type: 'text', text: 'Good morning.' }], at: 1, author: 'Ann' },
    { ...answered('e2', spoken), finish: 'tool-calls' },
    { id: 'e3', role: 'user', parts: [{ type: 'text', text: 'Stop.' }], at: 3 },
    { ...answered('e4', cut), interrupted: true },
    answered('e5', []),
    { id: 'e6', role: 'user', parts: [{ type: 'text', text: words }], at: 6 },
  ];
}

/** No provider's own shape, and longer than some take. */
const oddId = 'call/of another:provider, whose ids are longer than forty characters';

function answered(id: string, parts: readonly Part[]): Message {
  return { id, role: 'assistant', parts, at: 2, model: { provider: 'elsewhere', id: 'm' } };
}

/** A conversation in which a tool shows files. */
export function showingFiles(words: string): readonly Message[] {
  const content = [{ type: 'text', text: 'see' } as const, ...userFiles];
  return afterCalls(words, [{ state: 'completed', output: null, content }]);
}

/** Files of several kinds, in several ways. */
export const userFiles: readonly FilePart[] = [
  image,
  { type: 'file', mediaType: 'image/png', source: { type: 'url', url: 'https://example.com/a.png' } },
  { type: 'file', mediaType: 'application/pdf', source: { type: 'base64', data: 'JVBERi0xLjQK' }, name: 'a.pdf' },
  { type: 'file', mediaType: 'text/plain', source: { type: 'base64', data: 'aGVsbG8=' }, name: 'a.txt' },
  { type: 'file', mediaType: 'audio/wav', source: { type: 'base64', data: 'UklGRg==' } },
  { type: 'file', mediaType: 'image/png', source: { type: 'provider', provider: 'elsewhere', id: 'file-1' } },
];

/** A real image, for a real provider. */
function onePixel(): string {
  return 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
}

function userSays(text: string): Message {
  return { id: 'words', role: 'user', parts: [{ type: 'text', text }], at: 1 };
}

function callThat(standing: CallStanding, number: number): ToolCall {
  const input = { a: number, b: 3 };
  return {
    id: `call-${number}`,
    name: declaredTool.name,
    arguments: JSON.stringify(input),
    input,
    revision: 2,
    ...standing,
  };
}
