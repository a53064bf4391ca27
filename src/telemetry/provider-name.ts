/** Where the conventions have another name for a provider than its own. */
const known: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  moonshot: 'moonshot_ai',
  xai: 'x_ai',
};

/** A provider as `gen_ai.provider.name` has it. */
export function providerName(provider: string): string {
  return Object.hasOwn(known, provider) ? known[provider]! : provider;
}
