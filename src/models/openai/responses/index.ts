import type { Capabilities, Model } from '../../../chat/model.ts';
import { lateCode } from '../../late-code.ts';
import { lateModel } from '../../late-model.ts';
import type { ResponsesOptions } from './options.ts';

export type { ResponsesOptions } from './options.ts';

/** A model over Responses. Nothing of a conversation is kept at the server: each request holds all of it. */
export function responses(options: ResponsesOptions): Model {
  const { output = 'always' } = options.quirks ?? {};
  const capabilities: Capabilities | undefined = output === 'none' ? undefined : { output };
  return lateModel({ ...options, capabilities }, code, ({ responsesAsking }) => responsesAsking(options));
}

const code = lateCode(() => import('./asking.ts'));
