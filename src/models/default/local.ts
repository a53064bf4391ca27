/** A model server on this machine, and a model of it that can use tools. */
export interface LocalModel {
  readonly provider: 'ollama' | 'lmstudio';
  readonly model: string;
}

/** How long a server on this machine may take to answer, in milliseconds. */
const patience = 300;

type Fetch = typeof fetch;

/** A verified Ollama or LM Studio: it answers in time, in the right shape, and has a model that does tools. */
export async function findLocalModel(get: Fetch = fetch): Promise<LocalModel | undefined> {
  const [ollama, studio] = await Promise.all([findOllama(get), findStudio(get)]);
  return ollama ?? studio;
}

async function findOllama(get: Fetch): Promise<LocalModel | undefined> {
  const base = 'http://127.0.0.1:11434';
  for (const model of await modelsOf(get, base)) {
    const body = JSON.stringify({ model });
    const shown = await ask(get, `${base}/api/show`, { method: 'POST', body });
    if (listAt(shown, 'capabilities').includes('tools')) return { provider: 'ollama', model };
  }
  return undefined;
}

async function findStudio(get: Fetch): Promise<LocalModel | undefined> {
  const base = 'http://127.0.0.1:1234';
  const names = await modelsOf(get, base);
  if (names.length === 0) return undefined;
  const details = listAt(await ask(get, `${base}/api/v0/models`, {}), 'data');
  for (const detail of details) {
    const id = fieldOf(detail, 'id');
    if (typeof id !== 'string' || !names.includes(id)) continue;
    if (listAt(detail, 'capabilities').includes('tool_use')) return { provider: 'lmstudio', model: id };
  }
  return undefined;
}

/** The models that a server lists; none when the answer is not such a list: something else may live at the port. */
async function modelsOf(get: Fetch, base: string): Promise<readonly string[]> {
  const answer = await ask(get, `${base}/v1/models`, {});
  if (fieldOf(answer, 'object') !== 'list') return [];
  return listAt(answer, 'data')
    .map((model) => fieldOf(model, 'id'))
    .filter((id) => typeof id === 'string');
}

async function ask(get: Fetch, url: string, request: RequestInit): Promise<unknown> {
  try {
    const response = await get(url, { ...request, signal: AbortSignal.timeout(patience) });
    return response.ok ? await response.json() : undefined;
  } catch {
    // Nobody there, too slow, or not JSON: no such server.
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function listAt(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}
