import { ChatError } from '../conversation/error.ts';
import { addressOf, defaultModel, modelFromName } from '../models/default/index.ts';
import type { ChosenModel } from '../models/default/index.ts';

/** The options that name a model. */
export const modelFlags = { model: { type: 'string' }, 'base-url': { type: 'string' } } as const;

type ModelValues = { readonly [Flag in keyof typeof modelFlags]?: string | undefined };

/** Throws `ChatError` when these options name no model. */
export function checkModel({ model, 'base-url': baseURL }: ModelValues): void {
  if (model !== undefined && !/^[^/]+\/./.test(model)) {
    throw wrong(`--model takes provider/name, such as openai/gpt-5, not ${JSON.stringify(model)}.`);
  }
  if (baseURL !== undefined && model === undefined) {
    throw wrong('--base-url needs --model provider/name: which model is to be asked there?');
  }
  if (baseURL !== undefined && !/^https?:$/.test(URL.parse(baseURL)?.protocol ?? '')) {
    throw wrong(`--base-url takes an http or https address, not ${JSON.stringify(baseURL)}.`);
  }
}

/** The model that was named, else the usual one. `pace` is how fast the demo speaks, in milliseconds a word. */
export async function chooseModel(
  { model: name, 'base-url': baseURL }: ModelValues,
  pace: number,
): Promise<ChosenModel> {
  if (name === undefined) return defaultModel({ pace });
  const model = modelFromName(name, { pace, ...(baseURL !== undefined && { baseURL }) });
  if (model.provider === 'demo') {
    const because = 'you named it: the built-in demo, a set of rules, not an AI';
    return { model, because, where: 'nothing leaves this machine' };
  }
  return { model, because: 'you named it', where: baseURL ?? addressOf(model) ?? model.provider };
}

function wrong(sentence: string): ChatError {
  return new ChatError('invalid-request', sentence);
}
