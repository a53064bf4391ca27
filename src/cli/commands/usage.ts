import { addUsage, noUsage } from '../../conversation/usage.ts';
import type { Usage } from '../../conversation/usage.ts';
import { count, visible } from '../../wire/plain-text.ts';
import type { TalkCommand } from './command.ts';

interface Spent {
  readonly usage: Usage;
  readonly calls: number;
}

/** `/usage` */
export const usage: TalkCommand = {
  name: 'usage',
  says: 'tokens of this talk, by model',
  async run({ screen, session }) {
    const spent = new Map<string, Spent>();
    for (const { role, model, usage: reported } of session.conversation.messages) {
      if (role !== 'assistant' || !model) continue;
      const name = `${model.provider}/${model.id}`;
      const { usage: sum, calls } = spent.get(name) ?? { usage: noUsage, calls: 0 };
      spent.set(name, { usage: addUsage(sum, reported), calls: calls + 1 });
    }
    if (spent.size === 0) return screen.note('Nothing was asked yet.');
    for (const [name, one] of spent) screen.note(`${visible(name)}: ${spentText(one)}`);
  },
};

function spentText({ usage: { input, output, cachedInput, reasoning, unreported }, calls }: Spent): string {
  const cached = cachedInput > 0 ? ` (${cachedInput.toLocaleString('en-US')} of them cached)` : '';
  const thought = reasoning > 0 ? ` (${reasoning.toLocaleString('en-US')} of them to think)` : '';
  const missing = unreported > 0 ? `; of ${count(unreported, 'call')} it is not known` : '';
  return `${count(input, 'token')} in${cached}, ${count(output, 'token')} out${thought}, ${count(calls, 'call')}${missing}`;
}
