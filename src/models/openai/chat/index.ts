import type { Model } from '../../../chat/model.ts';
import { lateCode } from '../../late-code.ts';
import { lateModel } from '../../late-model.ts';
import type { ChatCompletionsOptions } from './options.ts';

export type { ChatCompletionsOptions } from './options.ts';

/** A model over the wire that most servers share. */
export function chatCompletions(options: ChatCompletionsOptions): Model {
  const { output = 'without-tools' } = options.quirks ?? {};
  const capabilities = output === 'none' ? undefined : { output };
  return lateModel({ ...options, capabilities }, code, ({ chatAsking }) => chatAsking(options));
}

const code = lateCode(() => import('./asking.ts'));
