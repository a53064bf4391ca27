import type { GrantScope } from '../../conversation/grant.ts';
import type { Step, Suggestion } from '../../conversation/suggestion.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible } from '../../wire/plain-text.ts';
import type { Input } from '../input.ts';
import type { Paper } from '../screen.ts';
import { messageOf } from '../sentence.ts';
import { clockText } from '../time-text.ts';
import type { CallGranter, GrantedRule } from './granter.ts';

/** Where a person is asked what they grant. */
export interface Desk {
  readonly screen: Paper;
  readonly input: Input;
  readonly granter: CallGranter | undefined;
}

/** Asks what is granted with the approval of a call, and for how long. Nothing when they grant nothing. */
export async function wishFor(
  { screen, input, granter }: Desk,
  call: ToolCall,
  thread: string,
): Promise<GrantedRule | undefined> {
  const offer: Suggestion = granter?.offer(call) ?? { type: 'refused', because: 'its tools are not known here' };
  if (!granter || offer.type === 'refused') {
    if (offer.type === 'refused') screen.note(`Nothing may be granted: ${visible(offer.because)}.`);
    return undefined;
  }
  const steps: readonly Step[] = [{ says: 'exactly this', rule: offer.exact }, ...offer.steps];
  screen.line(`  ${visible(call.name)} without asking:`);
  for (const [index, { says }] of steps.entries()) screen.line(`  ${index + 1}  ${visible(says)}`);
  const rule = steps[Number(await input.line('Which of these? (Enter: none) ')) - 1]?.rule;
  const scope = rule && (await scopeFrom(input, granter.scopes));
  if (rule && scope) return { rule, scope, thread };
  screen.note('Nothing was granted.');
  return undefined;
}

/** Grants it once the approval counts, and says so. */
export async function keepWish({ screen, granter }: Desk, call: ToolCall, wish: GrantedRule): Promise<void> {
  if (!granter) return;
  try {
    const { id, expiresAt } = await granter.grant(call, wish);
    const until = expiresAt === undefined ? words[wish.scope] : `until ${clockText(expiresAt, Date.now())}`;
    screen.note(`Granted ${until} (${visible(id)}).`);
  } catch (error) {
    screen.error(`Nothing was granted: ${visible(messageOf(error))}.`);
  }
}

async function scopeFrom(input: Input, scopes: readonly GrantScope[]): Promise<GrantScope | undefined> {
  const offered = scopes.map((scope) => choices[scope]).join(' ');
  const typed = (await input.line(`For how long? ${offered} (Enter: not at all) `))?.trim().toLowerCase() ?? '';
  return scopes.find((scope) => typed === scope || (typed !== '' && typed === keys[scope]));
}

const words: Readonly<Record<GrantScope, string>> = {
  once: 'for this call',
  thread: 'for this talk',
  hour: 'for an hour',
  today: 'for today',
  always: 'until it is revoked',
};

const keys: Readonly<Record<GrantScope, string>> = { once: 'o', thread: 't', hour: 'h', today: 'd', always: 'a' };

const choices: Readonly<Record<GrantScope, string>> = {
  once: '[o]nce',
  thread: '[t]his talk',
  hour: 'an [h]our',
  today: 'to[d]ay',
  always: '[a]lways',
};
