import type { Model } from '../../../src/chat/model.ts';
import { compatible, presets } from '../../../src/models/compatible/index.ts';
import { openai } from '../../../src/models/openai/index.ts';
import type { Fetch } from '../../../src/wire/http.ts';
import { wires } from '../wires.ts';

const server = { baseURL: 'http://recorded', apiKey: 'no key', model: 'recorded' } as const;
/** Servers whose Responses are OpenAI's. */
const openais: ReadonlySet<string> = new Set(['openai', 'azure']);

/** A model of a wire as its users make it: what is known of its provider holds. */
export function modelOf(wire: string, provider: string): (fetch: Fetch) => Model {
  const name = provider === 'ollama-cloud' ? 'ollama' : provider;
  if (wire === 'openai-chat' && Object.hasOwn(presets, name)) {
    return (fetch) => compatible({ ...server, provider: name, fetch });
  }
  if (wire === 'openai-responses') {
    return openais.has(name)
      ? (fetch) => openai('recorded', { ...server, fetch })
      : (fetch) => compatible.responses({ ...server, provider: name, fetch });
  }
  return wires[wire]!;
}
