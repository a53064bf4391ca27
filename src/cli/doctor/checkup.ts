import { ChatError } from '../../conversation/error.ts';
import { isObject } from '../../conversation/json.ts';
import { addressFor } from '../../models/compatible/address.ts';
import { endpoint } from '../../models/connection.ts';
import type { Provider } from '../../models/default/index.ts';
import { keyVariableSet } from '../../models/default/providers.ts';
import { environmentVariable } from '../../models/environment.ts';
import { getJson } from '../../wire/get-json.ts';
import type { Fetch } from '../../wire/http.ts';

/** What is known of a provider here and now. A key is never told, only whether there is one. */
export interface Checkup {
  readonly provider: string;
  readonly keyVariable: string | undefined;
  readonly key: 'set' | 'missing' | 'not needed';
  /** Absent where a variable of the environment that it needs is not set. */
  readonly address: string | undefined;
  /** Whether it is a server on this machine. */
  readonly isLocal: boolean;
  readonly answer: Answer;
}

/** What a provider said when it was asked for its models, in our words: its own may hold a piece of the key. */
export type Answer =
  | { readonly state: 'answers'; readonly models?: readonly string[]; readonly milliseconds: number }
  | { readonly state: 'key refused' | 'absent' | 'something else'; readonly why: string }
  | { readonly state: 'not asked'; readonly why: string };

/** How it is asked. */
export interface CheckupOptions {
  /** Asks nobody. */
  readonly offline: boolean;
  readonly fetch?: Fetch | undefined;
}

/** Milliseconds that a provider has to answer; a server on this machine is there or not. */
const patience = { local: 1500, remote: 6000 };

/** Looks for a provider's key, and asks it something cheap: with the key, or where none is needed. */
export async function checkUp(name: string, provider: Provider, options: CheckupOptions): Promise<Checkup> {
  const { keyVariable, keyIsOptional } = provider;
  const variable = keyVariableSet(provider);
  const key = variable === undefined ? undefined : environmentVariable(variable);
  const { address, question, missing } = addressesOf(name, provider);
  const isLocal = address !== undefined && isOnThisMachine(address);
  const facts = {
    provider: name,
    keyVariable: variable ?? keyVariable,
    key: key !== undefined ? 'set' : keyVariable === undefined || keyIsOptional ? 'not needed' : 'missing',
    address,
    isLocal,
  } as const;
  const notAsked = (why: string): Checkup => ({ ...facts, answer: { state: 'not asked', why } });
  if (facts.key === 'missing') return notAsked('there is no key');
  if (missing !== undefined) return notAsked(`${missing} is not set`);
  if (options.offline) return notAsked('offline');
  if (question === undefined) return notAsked('nothing there is cheap to ask');
  const headers = key === undefined ? {} : (provider.keyHeaders?.(key) ?? { authorization: `Bearer ${key}` });
  return { ...facts, answer: await ask(question, { headers, isLocal, fetch: options.fetch }) };
}

interface Addresses {
  readonly address?: string;
  readonly question?: string;
  /** A variable of the environment that is needed to know them. */
  readonly missing?: string;
}

function addressesOf(name: string, { baseURL, question = '/models', example }: Provider): Addresses {
  const missing = [...baseURL.matchAll(/\{([A-Z_]+)\}/g)].map(([, variable]) => variable!);
  const [first] = missing.filter((variable) => environmentVariable(variable) === undefined);
  if (first !== undefined) return { missing: first };
  const address = addressFor(baseURL, name, example);
  if (question === null) return { address };
  return { address, question: question.startsWith('/') ? endpoint(address, question) : addressFor(question, name, '') };
}

function isOnThisMachine(address: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(URL.parse(address)?.hostname ?? '');
}

async function ask(
  url: string,
  {
    headers,
    isLocal,
    fetch,
  }: { headers: Readonly<Record<string, string>>; isLocal: boolean; fetch: Fetch | undefined },
): Promise<Answer> {
  const timeout = isLocal ? patience.local : patience.remote;
  const { signal } = new AbortController();
  const begun = performance.now();
  try {
    const models = namesIn(await getJson({ what: 'Asking', url, headers, signal, fetch, timeout }));
    const milliseconds = Math.round(performance.now() - begun);
    if (models === undefined && isLocal) return { state: 'something else', why: 'what answers lists no models' };
    return { state: 'answers', ...(models && { models }), milliseconds };
  } catch (error) {
    if (error instanceof ChatError) return failure(error, timeout);
    throw error;
  }
}

/** The names of models, in the shapes of the several providers. */
function namesIn(answer: unknown): readonly string[] | undefined {
  const list = isObject(answer) ? (answer['data'] ?? answer['models']) : answer;
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((model) => {
    const name: unknown = isObject(model) ? (model['id'] ?? model['name']) : model;
    return typeof name === 'string' ? [name] : [];
  });
}

function failure({ code, status }: ChatError, timeout: number): Answer {
  const how = status === undefined ? '' : ` (HTTP ${status})`;
  if (code === 'auth') return { state: 'key refused', why: `the key is refused${how}` };
  if (code === 'network') return { state: 'absent', why: 'nobody answers there' };
  if (code === 'timeout' && status === undefined) {
    return { state: 'absent', why: `nothing came within ${timeout / 1000} s` };
  }
  return { state: 'something else', why: `it answers something else${how}` };
}
