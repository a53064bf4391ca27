// Drafts that are saved when somebody approves, or has granted it.
import { tool } from 'yourcall';
import type { MixedTools as ToolSet } from 'yourcall';
import { rulesFrom } from 'yourcall/rules';
import { storeGrants } from 'yourcall/runtime';
import type { Store } from 'yourcall/runtime';
import type { HandlerOptions } from 'yourcall/server';
import { z } from 'zod';

export interface Drafts {
  readonly tools: ToolSet;
  readonly grants: NonNullable<HandlerOptions['grants']>;
  readonly saved: readonly string[];
}

/** Tools that ask where nothing was granted, and what a server needs to know of them. */
export function draftsOf(store: Store): Drafts {
  const saved: string[] = [];
  const input = z.object({ path: z.string(), content: z.string() });
  const run = ({ path, content }: { readonly path: string; readonly content: string }): string => {
    saved.push(`${path}: ${content}`);
    return 'saved';
  };
  const tools = {
    save_draft: tool({ description: 'Saves a draft.', input, effect: 'idempotent', run }),
    shred_draft: tool({ description: 'Shreds a draft.', input, effect: 'once', metadata: { destructive: true }, run }),
  };
  const thread = (context: { readonly tenant: string; readonly thread: string }) => context;
  const rules = rulesFrom(
    { version: 1, rules: [] },
    { root: '/srv', realPath: (path) => path, grants: storeGrants(store), thread },
  );
  return { tools: rules.over(tools), grants: { rules, tools }, saved };
}
