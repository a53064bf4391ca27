import { plainSchema, wrong } from '../chat/plain-schema.ts';
import { tool, waitFor } from '../chat/tool.ts';
import type { Tool } from '../chat/tool.ts';
import { isObject } from '../conversation/json.ts';

/** What another chat is asked to do. */
export interface Task {
  readonly task: string;
}

/**
 * A ready tool by which the model has another chat of the runtime work on something, in a thread of its own, and is told
 * what that answers (rule C3). What that chat's tools may do its own policies say: its calls wait for people like any others.
 *
 * @example
 * const tools = { research: askChat('research', 'Have a question researched. Say all that has to be known for it.') };
 * const runtime = createRuntime({ chat: { default: createChat({ model, tools }), research }, store });
 */
export function askChat(chat: string, description: string): Tool<Task, unknown, unknown> {
  return tool<Task, unknown, unknown>({
    description,
    input: task,
    // Opened with the commit that hands it out, or not at all; what happens in it asks for itself.
    policy: 'allow',
    effect: 'idempotent',
    run: ({ task: say }) => waitFor({ thread: { chat, say } }),
  });
}

const task = plainSchema<Task>(
  {
    type: 'object',
    properties: { task: { type: 'string', description: 'What is to be done, in full: nothing else is known there' } },
    required: ['task'],
    additionalProperties: false,
  },
  (value) => {
    const said = isObject(value) ? value['task'] : undefined;
    return typeof said === 'string' && said !== '' ? { value: { task: said } } : wrong('is not text', ['task']);
  },
);
