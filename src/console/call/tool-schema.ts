import { useEffect, useState } from 'preact/hooks';
import type { Client } from '../../client/client.ts';
import { isObject } from '../../conversation/json.ts';
import { useSession } from '../session.ts';

/** What is known of a tool. */
export interface KnownTool {
  readonly description?: string;
  /** JSON Schema of what it takes; absent: not known. */
  readonly input?: unknown;
  /** JSON Schema of what it gives. */
  readonly output?: unknown;
}

const asked = new Map<string, Promise<ReadonlyMap<string, KnownTool>>>();

/** The tool of this name in a thread: nothing until it is known, or where nobody knows. */
export function useTool(thread: string, name: string): { readonly tool?: KnownTool; readonly isKnown: boolean } {
  const { client } = useSession();
  const [found, setFound] = useState<{ readonly tool?: KnownTool; readonly isKnown: boolean }>({ isKnown: false });
  useEffect(() => {
    let isThere = true;
    void toolsOf(client, thread).then((tools) => {
      const tool = tools.get(name);
      if (isThere) setFound({ isKnown: true, ...(tool && { tool }) });
    });
    return () => {
      isThere = false;
    };
  }, [client, thread, name]);
  return found;
}

function toolsOf(client: Client, thread: string): Promise<ReadonlyMap<string, KnownTool>> {
  const known = asked.get(thread) ?? read(client, thread);
  asked.set(thread, known);
  return known;
}

async function read(client: Client, thread: string): Promise<ReadonlyMap<string, KnownTool>> {
  const { readTools } = client as unknown as { readTools?: (thread: string) => Promise<unknown> };
  try {
    const told = await readTools?.(thread);
    const tools = Array.isArray(told) ? told : isObject(told) ? told['tools'] : [];
    return new Map((tools as readonly (KnownTool & { readonly name: string })[]).map((one) => [one.name, one]));
  } catch {
    // Asked again the next time.
    asked.delete(thread);
    return new Map();
  }
}
