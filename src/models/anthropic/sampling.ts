import type { Settings } from '../../chat/model.ts';
import { unsupported } from '../warning.ts';
import type { Warning } from '../warning.ts';
import type { MessagesWire } from './family.ts';

type Sampling = Pick<Settings, 'temperature' | 'topP' | 'topK'>;

/** How the next token is chosen, as far as the model takes it: what it would refuse is not sent, and warned of. */
export function samplingFor(
  settings: Settings,
  wire: MessagesWire,
  { isThinking, warnings }: { readonly isThinking: boolean; readonly warnings: Warning[] },
): Sampling {
  const { family } = wire;
  const sent: { -readonly [Name in keyof Sampling]: Sampling[Name] } = {};
  const leave = (name: keyof Sampling, why?: string): void => void warnings.push(unsupported(name, wire, why));
  for (const name of ['temperature', 'topK', 'topP'] as const) {
    const value = settings[name];
    if (value === undefined) continue;
    if (!family.sampling) leave(name);
    else if (isThinking && (name !== 'topP' || value < 0.95)) leave(name, 'not while it thinks');
    else if (family.isClaude && name === 'topP' && sent.temperature !== undefined)
      leave(name, 'not beside temperature');
    else sent[name] = value;
  }
  if (family.isClaude && sent.temperature !== undefined && sent.temperature > 1) {
    leave('temperature', 'it goes to 1');
    sent.temperature = 1;
  }
  return sent;
}
