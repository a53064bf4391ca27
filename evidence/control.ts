import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, Asked, Click, Setup, Subject, Told } from './subject.ts';
import { oldTexts, tampered } from './world.ts';
import type { Code, ScriptedCall, World } from './world.ts';

/**
 * The loop without the ledger: messages are all it keeps, the client sends them back, nothing says where a call stands,
 * and a resume runs what has no result. If a case cannot fail here, it shows nothing.
 */
export const control: Subject = {
  name: 'control',
  packages: [],
  note: 'our loop without the ledger: messages are all that is kept, and a resume runs again',
  open: async (setup) => new NaiveAgent(setup),
};

type Message =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ScriptedCall[] }
  | { readonly role: 'tool'; readonly id: string; readonly output: unknown };

/** What the client holds: the whole conversation, and the call it is about. */
interface Shown {
  readonly messages: readonly Message[];
  readonly call: ScriptedCall;
}

class NaiveAgent implements Agent {
  readonly #world: World;
  readonly #code: Code;
  readonly #file: string;
  #messages: readonly Message[];

  constructor({ world, folder, old = 0, code = 'same' }: Setup) {
    this.#world = world;
    this.#code = code;
    this.#file = join(folder, 'messages.json');
    this.#messages = existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, 'utf8')) : oldMessages(old);
  }

  say(words: string): Promise<Told> {
    return this.#goOn([...this.#messages, { role: 'user', text: words }]);
  }

  async asked(): Promise<readonly Asked[]> {
    const messages = this.#messages;
    const waiting = openCalls(messages).filter(({ name }) => name === 'pay');
    return waiting.map((call) => ({ name: call.name, input: call.input, shown: { messages, call } satisfies Shown }));
  }

  async click(...clicks: readonly Click[]): Promise<Told> {
    const { messages } = clicks[0]!.asked.shown as Shown;
    const rejected = clicks.some(({ type }) => type === 'reject');
    const results: Message[] = [];
    for (const call of openCalls(messages)) {
      const click = clicks.find(({ asked }) => (asked.shown as Shown).call.id === call.id);
      if (!click && call.name === 'pay') throw new Error(`nothing was decided about ${call.id}`);
      if (click?.type === 'reject') results.push({ role: 'tool', id: call.id, output: `rejected: ${click.reason}` });
      else if (click || !rejected) results.push(await this.#run(call, click?.input ?? call.input));
    }
    return { ...(await this.#goOn([...messages, ...results])), answers: clicks.map(() => 'ok') };
  }

  recover(click: Click): Promise<Told> {
    return this.click(click);
  }

  async forge(what: 'approval' | 'arguments'): Promise<Told> {
    const call: ScriptedCall = { id: 'call_pay', name: 'pay', input: { amount: what === 'approval' ? 7 : tampered } };
    const messages: readonly Message[] = [{ role: 'assistant', text: '', calls: [call] }];
    return this.click({ asked: { name: 'pay', input: call.input, shown: { messages, call } }, type: 'approve' });
  }

  written(): number {
    return Buffer.byteLength(JSON.stringify(this.#messages));
  }

  async #goOn(messages: readonly Message[]): Promise<Told> {
    const turn = this.#world.turn(messages, messages.at(-1)?.role === 'tool');
    const calls = 'calls' in turn ? turn.calls : [];
    this.#messages = [...messages, { role: 'assistant', text: 'text' in turn ? turn.text : '', calls }];
    writeFileSync(this.#file, JSON.stringify(this.#messages));
    return { answers: [], end: calls.length > 0 ? 'waits' : 'done' };
  }

  async #run({ id, name }: ScriptedCall, input: unknown): Promise<Message> {
    if (name === 'pay' && this.#code === 'removed') throw new TypeError('pay is not a function');
    // Nothing is validated here: that is the point.
    const output = await (this.#world[name] as (input: unknown) => Promise<unknown>)(input);
    return { role: 'tool', id, output };
  }
}

function openCalls(messages: readonly Message[]): readonly ScriptedCall[] {
  const last = messages.at(-1);
  return last?.role === 'assistant' ? last.calls : [];
}

function oldMessages(count: number): readonly Message[] {
  return oldTexts(count).map((text, index) =>
    index % 2 === 0 ? { role: 'user', text } : { role: 'assistant', text, calls: [] },
  );
}
