import type { AnyTool } from '../../chat/tool.ts';
import { visible } from '../../wire/plain-text.ts';
import { tableLines } from '../thread/table.ts';
import type { TalkCommand } from './command.ts';

/** `/tools` */
export const tools: TalkCommand = {
  name: 'tools',
  says: 'what the model may call, and what of that asks you',
  async run({ screen, tools: now, hasRules }) {
    const set = Object.entries(now());
    const rows = set.map(([name, tool]) => [visible(name), policyText(tool), firstSentence(tool.description)]);
    const [head = '', ...lines] = tableLines(
      [['TOOL', 'WITHOUT A WORD OF YOURS', 'WHAT IT DOES'], ...rows],
      screen.width,
    );
    screen.line(screen.style.bold(head));
    for (const line of lines) screen.line(line);
    if (hasRules)
      screen.note('The rules of your file speak first: yourcall rules explain says what they say of a call.');
  },
};

function policyText({ policy, usual, effect }: AnyTool): string {
  const said = policy ?? usual ?? (effect === 'read' ? 'allow' : 'ask');
  if (typeof said === 'function')
    return effect === 'read' ? 'runs, or asks, by its arguments' : 'asks, by its arguments';
  if (said === 'allow') return 'runs';
  return said === 'deny' || (typeof said === 'object' && 'deny' in said) ? 'never runs' : 'asks';
}

function firstSentence(text: string): string {
  return visible(/^[^\n]*?[.](?=\s|$)/.exec(text)?.[0] ?? text);
}
