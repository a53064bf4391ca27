import { ChatError } from '../../conversation/error.ts';
import { environmentVariable } from '../environment.ts';

/**
 * Fills in an address: `{model}` is the name, `{NAME}` a variable of the environment, `{NAME=value}` one with a default.
 * Throws `ChatError` `invalid-request` when a variable without default is not set.
 */
export function addressFor(address: string, provider: string, model: string): string {
  return address.replace(/\{(\w+)(?:=([^}]*))?\}/g, (_, name: string, otherwise: string | undefined) => {
    if (name === 'model') return encodeURIComponent(model);
    const value = environmentVariable(name) ?? otherwise;
    if (value !== undefined) return value.replace(/\/+$/, '');
    throw new ChatError(
      'invalid-request',
      `The address of ${provider}/${model} is not known: set ${name}, or give baseURL.`,
    );
  });
}
