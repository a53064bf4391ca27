import type { ModelEvent, ProviderToolDeclaration, Settings } from '../chat/model.ts';
import type { ModelId } from './connection.ts';

/** A setting or a part that was not sent as it was asked for. */
export type Warning = Extract<ModelEvent, { readonly type: 'warning' }>;

/** Where an answer is to end; an empty list is none, which some servers refuse. */
export function stopsOf({ stop }: Settings): readonly string[] | undefined {
  return stop?.length === 0 ? undefined : stop;
}

/** A warning that a wire does not take a setting. */
export function unsupported(setting: string, { provider, model }: ModelId, why?: string): Warning {
  const reason = `${provider}/${model} does not take the setting ${setting}${why ? ` so: ${why}` : ''}.`;
  return { type: 'warning', setting, reason };
}

/** Warnings of tools that run at another provider: the model does without. */
export function foreignTools(
  declared: readonly ProviderToolDeclaration[],
  own: readonly ProviderToolDeclaration[],
  { provider, model }: ModelId,
): readonly Warning[] {
  return declared
    .filter((tool) => !own.includes(tool))
    .map((tool) => {
      const reason = `${provider}/${model} does without the tool ${tool.name}, which runs at ${tool.provider}.`;
      return { type: 'warning', reason };
    });
}
