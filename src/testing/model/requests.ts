import type { ModelRequest, ToolDeclaration } from '../../chat/model.ts';
import type { Message } from '../../conversation/message.ts';
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
