import { isObject } from '../conversation/json.ts';
import { plainSchema, wrong } from './plain-schema.ts';
import type { Schema } from './schema.ts';
import { tool, waitFor } from './tool.ts';
import type { Tool } from './tool.ts';

/** What the model asks a person. */
interface Asked {
  readonly question: string;
  /** What there is to choose from, when the answer is one of several. */
  readonly choices?: readonly string[];
}

/**
 * A ready tool by which the model asks a person, and waits for the answer as long as it takes.
 *
 * @example
 * const chat = createChat({ model, tools: { ask: askPerson() } });
 */
export function askPerson(
  description = 'Ask the person you work for, when only they can know or decide. Ask one thing at a time.',
): Tool<Asked, string, unknown, string> {
  return tool<Asked, string, unknown, string>({
    description,
    input: asked,
    answer: text,
    effect: 'read',
    run: ({ question, choices }, { answer }) =>
      answer ?? waitFor({ question, ...(choices && { schema: { type: 'string', enum: choices } }) }),
  });
}

const asked: Schema<Asked> = plainSchema<Asked>(
  {
    type: 'object',
    properties: {
      question: { type: 'string', description: 'The question, in full' },
      choices: {
        type: 'array',
        items: { type: 'string' },
        description: 'The possible answers, if there are only some',
      },
    },
    required: ['question'],
    additionalProperties: false,
  },
  (value) => {
    if (!isObject(value) || typeof value['question'] !== 'string') return wrong('is not text', ['question']);
    const { question, choices } = value;
    if (choices === undefined || choices === null) return { value: { question } };
    const fits = Array.isArray(choices) && choices.every((one): one is string => typeof one === 'string');
    return fits ? { value: { question, choices } } : wrong('is not a list of texts', ['choices']);
  },
);

const text: Schema<string> = plainSchema<string>({ type: 'string' }, (value) =>
  typeof value === 'string' ? { value } : wrong('is not text', []),
);
