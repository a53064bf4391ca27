import type { Json } from '../../conversation/json.ts';

/** The JSON Schema of an object. */
export interface DescribedObject {
  readonly [member: string]: Json;
  readonly type: 'object';
}

/** An object with these members and no others; those whose names end with `?` may be missing. */
export function exactly(members: Readonly<Record<string, Json>>): DescribedObject {
  const names = Object.keys(members);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), members[name]!])),
    required: names.filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  };
}

/** Text, with what it means. */
export function text(description: string): DescribedText {
  return { type: 'string', description };
}

/** The JSON Schema of a text. */
export type DescribedText = { readonly type: 'string'; readonly description: string };

/** How long a tool waits for a run to end, in seconds. */
export const waitSchema: { readonly [member: string]: Json } = {
  type: 'number',
  minimum: 0,
  maximum: 50,
  description: 'Waits up to so many seconds for the answer to end or to pause. Default: 20.',
};

const call = exactly({ call: { type: 'string' }, name: { type: 'string' }, state: { type: 'string' }, 'result?': {} });

/** A call that waits, as tools give it. */
export const waitingSchema: DescribedObject = exactly({
  thread: { type: 'string' },
  call: { type: 'string' },
  name: { type: 'string' },
  state: { type: 'string' },
  input: {},
  seen: text('Handed in with a decision about it.'),
  decisions: { type: 'array', items: { type: 'string' } },
  'reason?': { type: 'string' },
  'question?': { type: 'string' },
  'schema?': {},
  'risk?': { type: 'string' },
  'preview?': { type: 'string' },
  'since?': text('When it began to wait.'),
  'expiresAt?': text('Until when it may be decided.'),
  'warnings?': { type: 'array', items: { type: 'string' } },
});

/** A thread, as tools give it. */
export const threadSchema: DescribedObject = exactly({
  thread: { type: 'string' },
  status: { enum: ['new', 'working', 'paused', 'done', 'failed'] },
  'error?': { type: 'string' },
  messages: {
    type: 'array',
    items: exactly({ role: { type: 'string' }, text: { type: 'string' }, calls: { type: 'array', items: call } }),
  },
  waiting: { type: 'array', items: waitingSchema },
});
