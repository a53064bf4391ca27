import type { McpTools } from '../../mcp/mcp-tools.ts';
import type { GrantScope } from '../../conversation/grant.ts';
import { storeGrants } from '../../runtime/store-grants.ts';
import type { Store } from '../../store/store.ts';
import { toolsBeside } from '../folder-chat.ts';
import type { CliRules, RulesWith } from '../rules/ruled.ts';
import { userName } from '../user-name.ts';
import { Granter } from './granter.ts';

/** Rules of threads, and what lets people grant by them. */
export interface Granting {
  readonly rules: CliRules;
  readonly granter: Granter;
}

/** Where grants are kept, and whose they are. */
export interface GrantPlace {
  readonly root: string;
  readonly mcp?: McpTools | undefined;
  readonly store: Store;
  readonly tenant: string;
  /** Default: who sits here. */
  readonly by?: string | undefined;
}

/** Grants beside the threads of a store. */
export function grantingBeside(make: RulesWith, { root, mcp, store, tenant, by = userName() }: GrantPlace): Granting {
  const rules = make(storeGrants(store));
  return { rules, granter: new Granter({ rules, tool: toolsBeside(root, mcp), tenant, by, scopes }) };
}

const scopes: readonly GrantScope[] = ['thread', 'hour', 'today', 'always'];
