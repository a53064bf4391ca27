import { keyHeaders } from '../connection.ts';
import type { ApiKey, ConnectionOptions } from '../connection.ts';
import { environmentVariable } from '../environment.ts';

/** Where an Ollama is, and the key it is asked with. */
export interface OllamaServer {
  readonly baseURL: string;
  readonly apiKey: ApiKey | undefined;
  /** Where the key of the cloud is looked for; a server of one's own needs none. */
  readonly keyVariable: string | undefined;
}

/**
 * The key in the environment is the cloud's: it is sent nowhere else. An address may end with `/api`, as the cloud's is
 * told, or with `/v1`, as other wires need it.
 */
export function serverOf({ baseURL: given = 'http://localhost:11434', apiKey }: ConnectionOptions): OllamaServer {
  const baseURL = given.replace(/\/(api|v1)\/*(?=\?|$)/, '');
  const keyVariable = /^https:\/\/([\w-]+\.)*ollama\.com(:443)?(\/|\?|$)/.test(baseURL) ? 'OLLAMA_API_KEY' : undefined;
  const found = keyVariable === undefined ? undefined : () => environmentVariable(keyVariable);
  return { baseURL, apiKey: apiKey ?? found, keyVariable };
}

/** The headers of a request that is no chat. */
export async function headersFor(
  { apiKey, keyVariable }: OllamaServer,
  headers: ConnectionOptions['headers'],
  what: string,
): Promise<Readonly<Record<string, string>>> {
  const key = typeof apiKey === 'function' ? await apiKey() : apiKey;
  return { ...keyHeaders({ keyVariable }, key?.trim(), { headers, what }), ...headers };
}
