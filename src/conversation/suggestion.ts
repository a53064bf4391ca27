import type { GrantScope } from './grant.ts';
import type { JsonObject } from './json.ts';
import type { Requirement } from './requirement.ts';
import type { Rule } from './rule.ts';
import type { Sensitive } from './sensitive.ts';

/** What may be granted after a call was seen, or why nothing may. */
export type Suggestion =
  | {
      readonly type: 'suggested';
      /** The very same call. */
      readonly exact: Rule;
      /** Each is one step broader, which `says` tells. */
      readonly steps: readonly Step[];
    }
  | { readonly type: 'refused'; readonly because: string };

/** A rule that is one step broader than what was seen. */
export interface Step {
  readonly rule: Rule;
  /** `path: any file in ./docs`. */
  readonly says: string;
}

/** A call for which something may be granted. */
export interface SeenCall {
  readonly name: string;
  readonly input?: unknown;
  readonly requirements?: readonly Requirement[];
  readonly sensitive?: Sensitive | undefined;
}

/** What is known of its tool. */
export interface ToolNature {
  readonly effect?: string;
  /** `destructive: true` and `revealsSecrets: true` say that nothing is ever granted. */
  readonly metadata?: JsonObject;
  readonly sensitive?: Sensitive | undefined;
}

/** What a person has chosen to grant. */
export interface GrantChoice {
  readonly rule: Rule;
  readonly scope: GrantScope;
  readonly by?: string;
  /** Whose threads it is about; absent where there are no tenants. */
  readonly tenant?: string;
  /** The thread of the call; `thread` is about it. */
  readonly thread?: string;
  readonly tool?: ToolNature;
}
