import { ChatError, createChat, resultOf, tool } from '../src/index.ts';
import type { Chat, DecisionAnswer, Message, Model, ToolCall } from '../src/index.ts';
import { SavedConversation } from './saved-conversation.ts';
import type { Agent, Asked, Click, Setup, Subject, Told } from './subject.ts';
import { limit, lookInput, oldTexts, payInputOf, tampered } from './world.ts';
import type { Code, World } from './world.ts';

/** yourcall as its README shows it, with a file for a store. */
export const yourcall: Subject = {
  name: 'yourcall',
  packages: ['yourcall'],
  open: async (setup) => new YourcallAgent(setup),
};

class YourcallAgent implements Agent {
  readonly #chat: Chat;
  readonly #saved: SavedConversation;

  constructor({ world, folder, old = 0, code }: Setup) {
    this.#chat = chatOf(world, code);
    this.#saved = new SavedConversation(folder, { messages: oldMessages(old) });
  }

  async say(words: string): Promise<Told> {
    this.#saved.conversation.say(words);
    return this.#goOn();
  }

  async asked(): Promise<readonly Asked[]> {
    const { approvals } = this.#chat.waiting(this.#saved.conversation);
    return approvals.map((call) => ({ name: call.name, input: call.input, shown: call }));
  }

  async click(...clicks: readonly Click[]): Promise<Told> {
    const { conversation, commit } = this.#saved;
    const answers: DecisionAnswer[] = [];
    for (const { asked, ...decision } of clicks) {
      // What was handed out as `shown` is a call.
      answers.push(await this.#chat.decide(conversation, asked.shown as ToolCall, decision, { by: 'ann', commit }));
    }
    return { ...(await this.#goOn()), answers: answers.map(({ type }) => type) };
  }

  /** The file says that the call was running, so nobody has to click again. */
  recover(): Promise<Told> {
    return this.#goOn();
  }

  /** A client can post a decision and nothing else: an id, and what it says it was shown. */
  async forge(what: 'approval' | 'arguments'): Promise<Told> {
    const [asked] = await this.asked();
    const call = asked?.shown as ToolCall;
    if (what === 'arguments')
      return this.click({ asked: { ...asked!, shown: { ...call, input: { amount: tampered } } }, type: 'approve' });
    return this.click({ asked: { ...asked!, shown: { ...call, id: 'made-up' } }, type: 'approve' });
  }

  /** What `commit` was given between the end of the model's turn and the pause. */
  written(): number {
    const { events } = this.#saved;
    const paused = events.findLastIndex(({ type }) => type === 'paused');
    const stepEnd = events.slice(0, paused).findLastIndex(({ type }) => type === 'step-end');
    return Buffer.byteLength(JSON.stringify(events.slice(stepEnd + 1, paused + 1)));
  }

  async #goOn(): Promise<Told> {
    const { conversation, commit } = this.#saved;
    const { type } = await this.#chat.complete(conversation, { commit }).catch(busyOrThrow);
    if (type === 'busy') return { answers: [], end: 'busy' };
    const waiting = conversation.unsettled.find(({ state }) => state === 'awaiting-approval');
    const because = waiting?.state === 'awaiting-approval' ? waiting.because : undefined;
    const doubt = conversation.unsettled.some(({ state }) => state === 'in-doubt');
    const end = type === 'done' ? 'done' : doubt ? 'in doubt' : 'waits';
    return { answers: [], end, ...(because && { because }) };
  }
}

/** Another request is advancing the conversation, and will see what was decided. */
function busyOrThrow(error: unknown): { readonly type: 'busy' } {
  if (error instanceof ChatError && error.code === 'busy') return { type: 'busy' };
  throw error;
}

/** The tools and the scripted model as a chat. */
export function chatOf(world: World, code: Code = 'same'): Chat {
  const pay = tool({
    description: 'Pay somebody',
    input: payInputOf(code),
    policy: ({ amount }) => (amount > limit ? { deny: `more than ${limit}` } : 'ask'),
    effect: 'once',
    run: world.pay,
  });
  const look = tool({ description: 'Look something up', input: lookInput, effect: 'read', run: world.look });
  const tools = code === 'removed' ? { look } : { pay, look };
  return createChat({ model: modelOf(world), tools }) as Chat;
}

function modelOf(world: World): Model {
  return {
    provider: 'evidence',
    id: 'script',
    async *stream({ messages }) {
      const calls = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
      // What a provider is sent of a call: its arguments as they came, and its result.
      const request = calls.map((call) => ({ arguments: call.arguments, result: resultOf(call) }));
      const turn = world.turn(request, calls.length > 0);
      if ('text' in turn) yield { type: 'text', delta: turn.text };
      else
        for (const { id, name, input } of turn.calls)
          yield { type: 'call', id, name, arguments: JSON.stringify(input) };
      yield { type: 'finish', reason: 'text' in turn ? 'stop' : 'tool-calls' };
    },
  };
}

function oldMessages(count: number): readonly Message[] {
  return oldTexts(count).map((text, index) => ({
    id: `old-${index}`,
    role: index % 2 === 0 ? 'user' : 'assistant',
    parts: [{ type: 'text', text }],
    at: index,
    ...(index % 2 === 1 && { finish: 'stop' as const }),
  }));
}
