import type { Settings } from '../chat/model.ts';
import { ChatError } from '../conversation/error.ts';

/**
 * Throws `ChatError` `invalid-request` for a setting that is, or holds, a number which JSON has no word for (NaN, Infinity):
 * it would be sent as `null`, and a provider takes that for nothing at all, or refuses it without a name.
 */
export function demandFinite(settings: Settings, what: string): void {
  for (const [setting, value] of Object.entries(settings)) {
    if (typeof value === 'string') continue;
    JSON.stringify(value, (name, inner: unknown) => {
      if (typeof inner !== 'number' || Number.isFinite(inner)) return inner;
      const path = name === '' ? setting : `${setting}: ${name}`;
      throw new ChatError('invalid-request', `${what}: the setting \`${path}\` is ${inner}, and has to be a number.`);
    });
  }
}
