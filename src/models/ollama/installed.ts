import { isObject } from '../../conversation/json.ts';
import { ChatError } from '../../conversation/error.ts';
import { getJson } from '../../wire/get-json.ts';
import { endpoint } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { headersFor, serverOf } from './server.ts';

/** A model that the server has. */
export interface InstalledModel {
  readonly name: string;
  /** In bytes, on disk; a model of the cloud has next to none. */
  readonly size: number;
  /** ISO 8601. */
  readonly modifiedAt: string | undefined;
  readonly digest: string | undefined;
  /** Such as `qwen3`. */
  readonly family: string | undefined;
  /** Such as `4.0B`. */
  readonly parameters: string | undefined;
  /** Such as `Q4_K_M`. */
  readonly quantization: string | undefined;
}

/** What a question to the server itself can be given. */
export interface ServerOptions extends Omit<ConnectionOptions, 'maxRetries'> {
  readonly signal?: AbortSignal | undefined;
}

/** The models that the server has, as it lists them. */
export async function listInstalled(options: ServerOptions): Promise<readonly InstalledModel[]> {
  const what = 'Listing the models of ollama';
  const { signal = new AbortController().signal, fetch, timeout } = options;
  const server = serverOf(options);
  const headers = await headersFor(server, options.headers, what);
  const url = endpoint(server.baseURL, '/api/tags');
  const answer = await getJson({ what, url, headers, signal, fetch, timeout });
  if (!isObject(answer) || !Array.isArray(answer['models'])) {
    throw new ChatError('invalid-response', `${what}: the answer is no list of models. Is it an Ollama?`);
  }
  return answer['models'].filter(isObject).flatMap(installed);
}

function installed(model: Record<string, unknown>): readonly InstalledModel[] {
  const { name, size, modified_at: modifiedAt, digest } = model;
  if (typeof name !== 'string') return [];
  const details = isObject(model['details']) ? model['details'] : {};
  return [
    {
      name,
      size: typeof size === 'number' ? size : 0,
      modifiedAt: word(modifiedAt),
      digest: word(digest),
      family: word(details['family']),
      parameters: word(details['parameter_size']),
      quantization: word(details['quantization_level']),
    },
  ];
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
