import type { Model } from '../../chat/model.ts';
import { endpoint, wireModel } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { environmentVariable } from '../environment.ts';
import { capabilitiesOf, quirksOf } from './quirks.ts';
import type { GoogleWire, Quirks } from './quirks.ts';
import { googleRenderer } from './request.ts';
import { GoogleDecoder } from './stream.ts';

/** What a model of Google can be given. */
export interface GoogleOptions extends ConnectionOptions {
  /** Where the model differs from what its name says. */
  readonly quirks?: Quirks | undefined;
}

/** A model behind `streamGenerateContent`, under the name of its provider. */
export function generateContent(model: string, options: GoogleOptions = {}, provider = 'google'): Model {
  const { baseURL = 'https://generativelanguage.googleapis.com/v1beta' } = options;
  const wire: GoogleWire = { provider, model, baseURL, quirks: { ...quirksOf(model, baseURL), ...options.quirks } };
  const path = model.includes('/') ? model : `models/${model}`;
  const url = endpoint(baseURL, `/${path}:streamGenerateContent`);
  return wireModel(
    {
      provider,
      model,
      url: `${url}${url.includes('?') ? '&' : '?'}alt=sse`,
      keyVariable: keyVariables[0],
      keyHeaders,
      capabilities: capabilitiesOf(wire.quirks),
      request: googleRenderer(wire),
      decoder: (told) => new GoogleDecoder(wire, told),
    },
    { ...options, apiKey: options.apiKey ?? (() => keyIn(options)) },
  );
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
