import { providers } from '../../models/default/index.ts';
import { keyVariableSet } from '../../models/default/providers.ts';
import { visible } from '../../wire/plain-text.ts';
import type { TalkCommand } from './command.ts';

/** `/model [PROVIDER/NAME]` */
export const model: TalkCommand = {
  name: 'model',
  takes: '[PROVIDER/NAME [URL]]',
  says: 'which model answers, or another one from now on',
  async run({ screen, choice }, rest) {
    const [name, address] = rest.split(/\s+/).filter((word) => word !== '');
    if (name !== undefined) await choice.take(name, address);
    const { because, where } = choice.chosen;
    screen.note(`Model: ${visible(choice.name)} (${visible(because)})`);
    screen.note(`Data: ${visible(where)}`);
    if (name === undefined) screen.note(`Another one: /model ${examples().slice(0, 4).join(', /model ')}`);
  },
  complete: async (_, rest) => examples().filter((name) => name.startsWith(rest)),
};

/** Those whose key is there come first. */
function examples(): readonly string[] {
  const known = Object.entries(providers).map(([name, provider]) => ({
    name: `${name}/${provider.example}`,
    isThere: keyVariableSet(provider) !== undefined,
  }));
  const sorted = known.toSorted((a, b) => Number(b.isThere) - Number(a.isThere));
  return [...sorted.map(({ name }) => name), 'demo/rules-1'];
}
