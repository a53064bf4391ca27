import { useEffect, useState } from 'preact/hooks';
import type { Client } from '../../client/client.ts';
import type { DescribedTool } from '../../client/views.ts';
import { useSession } from '../session.ts';

const asked = new Map<string, Promise<ReadonlyMap<string, DescribedTool>>>();

/** The tool of this name in a thread: nothing until it is known, or where nobody knows. */
export function useTool(thread: string, name: string): { readonly tool?: DescribedTool; readonly isKnown: boolean } {
  const { client } = useSession();
  const [found, setFound] = useState<{ readonly tool?: DescribedTool; readonly isKnown: boolean }>({ isKnown: false });
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

function toolsOf(client: Client, thread: string): Promise<ReadonlyMap<string, DescribedTool>> {
  const known = asked.get(thread) ?? read(client, thread);
  asked.set(thread, known);
  return known;
}

async function read(client: Client, thread: string): Promise<ReadonlyMap<string, DescribedTool>> {
  try {
    const tools = await client.readTools(thread);
    return new Map(tools.map((tool) => [tool.name, tool]));
  } catch {
    // Asked again the next time.
    asked.delete(thread);
    return new Map();
  }
}
