import type { Json } from '../../conversation/json.ts';

type Options = Readonly<Record<string, Json>>;

/** Where the packages of providers differ, as data (rule W2). Everything absent is the usual way. */
export interface ProviderRules {
  /** The name under which the package looks for its options. Default: what stands before the dot of its name. */
  readonly key: string;
  /** Another name that it takes instead, as a whole. */
  readonly otherKey?: string;
  /** Options that are set unless the user sets them. */
  readonly defaults?: Options;
  /** Whether the result of a tool may hold files; else they follow in a message of the user. */
  readonly filesInResults?: true;
  /** Whether reasoning goes back only with what its provider signed. */
  readonly signedReasoning?: true;
  /** The shape of call ids: nine letters or digits. */
  readonly callIds?: 'nine';
  /** Options that a setting becomes which the specification does not know. */
  parallelToolCalls?(allowed: boolean): Options;
  budget?(tokens: number): Options;
  cache?(keep: boolean): Options | undefined;
}

type Rule = readonly [provider: RegExp, rules: Omit<ProviderRules, 'key'> & { readonly key?: string }];

const parallel = (parallelToolCalls: boolean): Options => ({ parallelToolCalls });

const rules: readonly Rule[] = [
  // Stored answers of a provider are never used: a pause may last longer than they do.
  [/^(openai|azure)\.responses$/, { filesInResults: true, defaults: { store: false } }],
  [/^(openai|azure)/, { signedReasoning: true, parallelToolCalls: parallel }],
  [/^azure/, { key: 'azure', otherKey: 'openai' }],
  [/^(groq|mistral)\./, { parallelToolCalls: parallel }],
  [/^mistral\./, { callIds: 'nine' }],
  [/anthropic/, { filesInResults: true, signedReasoning: true }],
  [
    /^anthropic\./,
    {
      parallelToolCalls: (allowed) => ({ disableParallelToolUse: !allowed }),
      budget: (budgetTokens) => ({ thinking: { type: 'enabled', budgetTokens } }),
      cache: (keep) => (keep ? { cacheControl: { type: 'ephemeral' } } : undefined),
    },
  ],
  [/bedrock/, { filesInResults: true, signedReasoning: true }],
  [/^google/, { filesInResults: true, signedReasoning: true }],
  [/^google\.generative-ai$/, { budget: (thinkingBudget) => ({ thinkingConfig: { thinkingBudget } }) }],
];

/** The rules for a provider, by the name that its package gives: `openai.responses`, `anthropic.messages`. */
export function rulesOf(provider: string): ProviderRules {
  const [key = provider] = provider.split('.');
  return rules.reduce<ProviderRules>(
    (known, [pattern, more]) => (pattern.test(provider) ? { ...known, ...more } : known),
    { key },
  );
}
