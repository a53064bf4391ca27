import type { ServerOptions } from '../server.ts';
import type { ResponsesQuirks } from './quirks.ts';

/** A model behind a server that speaks OpenAI's Responses. */
export interface ResponsesOptions extends ServerOptions {
  readonly quirks?: ResponsesQuirks | undefined;
}
