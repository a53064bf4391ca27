import type { ServerOptions } from '../server.ts';
import type { Quirks } from './quirks.ts';

/** A model behind a server that speaks OpenAI's Chat Completions. */
export interface ChatCompletionsOptions extends ServerOptions {
  readonly quirks?: Quirks | undefined;
}
