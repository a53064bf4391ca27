import type { ConnectionOptions } from '../connection.ts';
import { environmentVariable } from '../environment.ts';
import type { Quirks } from './quirks.ts';

/** What every model of Google can be given. */
export interface GoogleOptions extends ConnectionOptions {
  /** Where the model differs from what its name says. */
  readonly quirks?: Quirks | undefined;
}

/** How Google is reached, and by which key. */
export interface GoogleConnection {
  readonly baseURL: string;
  readonly keyVariable: string;
  keyHeaders(key: string): Readonly<Record<string, string>>;
  readonly connection: ConnectionOptions;
}

export function connectionOf(options: GoogleOptions): GoogleConnection {
  return {
    baseURL: options.baseURL ?? 'https://generativelanguage.googleapis.com/v1beta',
    keyVariable: 'GEMINI_API_KEY',
    keyHeaders,
    connection: { ...options, apiKey: options.apiKey ?? (() => keyIn(options)) },
  };
}

/** `models/gemini-3-flash-preview`; a name with a slash is a path already. */
export function pathOf(model: string): string {
  return model.includes('/') ? model : `models/${model}`;
}

const keyVariables = ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'] as const;

/** The key from the environment, unless the headers carry another. */
function keyIn({ headers = {} }: GoogleOptions): string | undefined {
  if (Object.keys(headers).some((name) => /^(authorization|x-goog-api-key)$/i.test(name))) return undefined;
  for (const name of keyVariables) {
    const key = environmentVariable(name);
    if (key !== undefined) return key;
  }
  return undefined;
}

/** A key, or a token where it says so: Vertex AI takes tokens. Never in the address, which others write down. */
function keyHeaders(key: string): Readonly<Record<string, string>> {
  return /^bearer /i.test(key) ? { authorization: key } : { 'x-goog-api-key': key };
}
