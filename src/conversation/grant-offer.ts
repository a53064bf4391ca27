import type { Grant, GrantScope } from './grant.ts';
import type { Rule } from './rule.ts';

/** What a server offers to grant after a call, or why it offers nothing. */
export type GrantOffer =
  | {
      readonly type: 'offered';
      /** The first is the very same call; each of the others is one step broader. */
      readonly choices: readonly OfferedRule[];
      readonly scopes: readonly GrantScope[];
    }
  | { readonly type: 'refused'; readonly because: string };

/** A rule that may be granted. */
export interface OfferedRule {
  /** Stands for the rule: a digest of it, handed in to grant it. */
  readonly id: string;
  /** `exactly this`, or the step: `path: any file in ./docs`. */
  readonly says: string;
  readonly rule: Rule;
}

/** What a person grants of what was offered. */
export interface GrantWish {
  /** The `id` of the rule that was offered. */
  readonly choice: string;
  readonly scope: GrantScope;
}

/** What became of it. */
export type GrantAnswer =
  | { readonly type: 'granted'; readonly grant: Grant }
  | { readonly type: 'refused'; readonly because: string };
