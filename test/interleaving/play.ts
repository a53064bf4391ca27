import { createChat } from '../../src/chat/chat.ts';
import type { ToolSet } from '../../src/chat/tool.ts';
import type { Commit } from '../../src/chat/seam.ts';
import type { Chat } from '../../src/chat/types.ts';
import type { Conversation } from '../../src/conversation/conversation.ts';
import { ChatError } from '../../src/conversation/error.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import { scripted } from '../../src/testing/scripted.ts';
import type { ScriptedTurn } from '../../src/testing/scripted-turn.ts';
import { testClock } from '../../src/testing/test-clock.ts';
import type { TestDisk } from '../../src/testing/test-disk.ts';
import { testDisk } from '../../src/testing/test-disk.ts';
import { testIds } from '../../src/testing/test-ids.ts';
import type { ToolStarts } from '../../src/testing/tool-starts.ts';
import { toolStarts } from '../../src/testing/tool-starts.ts';
import { fitting } from './action.ts';
import type { Action, Deciding } from './action.ts';
import { modelBroke, shop } from './shop.ts';

/** One conversation on a disk, and everything that happens to it. */
export class Play {
  readonly starts: ToolStarts = toolStarts();
  /** What the provider was told to run: the call, and the number of its attempt. */
  readonly acted: string[] = [];
  /** How each run ended: the kinds of its events, and `left`, `thrown` or `over` last. */
  readonly runs: string[][] = [];
  conversation!: Conversation;
  readonly disk: TestDisk;
  readonly #clock = testClock();
  readonly #chat: Chat<ToolSet>;
  readonly #wrap: (commit: Commit) => Commit;
  readonly #seen = new Map<string, ToolCall>();
  #commit!: Commit;

  /** `wrap` puts something between the program and the disk. */
  constructor(turns: readonly ScriptedTurn[], wrap: (commit: Commit) => Commit = (commit) => commit) {
    const script = [...turns, ...Array.from({ length: 60 }, () => 'The end.')];
    const model = scripted(script, {
      turnBy: 'answers',
      atProvider: (call) => {
        if (call.needsApproval) this.acted.push(`${call.id} ${call.attempt?.number}`);
        return 'done there';
      },
    });
    const options = { model, tools: this.starts.watch(shop), onError: () => {}, concurrency: 2 };
    this.#chat = createChat(options) as unknown as Chat<ToolSet>;
    this.#wrap = wrap;
    this.disk = testDisk({ id: 'talk', now: this.#clock.now, newId: testIds() });
    this.#open();
  }

  get calls(): readonly ToolCall[] {
    return this.conversation.messages.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.type === 'tool' ? part.call : [])),
    );
  }

  async act(action: Action): Promise<void> {
    switch (action.type) {
      case 'run':
        await this.#run(action);
        break;
      case 'decide':
        await this.#decide(action);
        break;
      case 'say':
        await this.#say(action.from);
        break;
      case 'wait':
        this.#clock.advance(action.milliseconds);
        break;
      case 'reopen':
        this.#open();
        break;
      case 'crash':
        this.disk.crashAt(this.disk.commits + action.commits, action.moment);
        break;
    }
    if (this.disk.crashed) this.#open();
  }

  /** Brings it to its end: time passes, and whatever waits is decided, a doubt by the decision with this number. */
  async finish(doubt: number): Promise<void> {
    for (let round = 0; round < 40; round += 1) {
      await this.act({ type: 'run', end: 'read', at: 0, meanwhile: [] });
      if (this.conversation.unsettled.length === 0 && this.runs.at(-1)?.at(-2) === 'done') return;
      this.#clock.advance(130_000);
      for (const call of this.conversation.unsettled) await this.#settle(call, doubt);
      if (this.disk.crashed) this.#open();
    }
    throw new Error(`no end: ${JSON.stringify([this.runs.at(-1), this.conversation.unsettled])}`);
  }

  #open(): void {
    const { conversation, commit } = this.disk.open();
    this.conversation = conversation;
    this.#commit = this.#wrap(commit);
    this.#seen.clear();
    // What was said last may be lost with the process that heard it.
    if (conversation.messages.length === 0) conversation.say('Go');
  }

  async #run({ end, at, meanwhile }: Action & { type: 'run' }): Promise<void> {
    const kinds: string[] = [];
    const stop = new AbortController();
    const decisions: Promise<void>[] = [];
    this.runs.push(kinds);
    try {
      for await (const event of this.#chat.stream(this.conversation, { commit: this.#commit, signal: stop.signal })) {
        kinds.push(event.type);
        for (const one of meanwhile) if (one.at === kinds.length) decisions.push(this.#decide(one));
        if (end === 'abort' && kinds.length === at) stop.abort();
        if (end === 'break' && kinds.length === at) break;
      }
      kinds.push(end === 'break' && kinds.length === at ? 'left' : 'over');
    } catch (error) {
      kinds.push('thrown');
      if (!this.disk.crashed && !isExpected(error)) throw error;
    }
    await Promise.all(decisions);
  }

  /** Elsewhere the word is stored at once; here it waits for the next commit. */
  async #say(from: Deciding['from']): Promise<void> {
    if (from === 'here') return void this.conversation.say('And?');
    const { conversation, commit } = this.disk.openBeside();
    const message = conversation.say('And?');
    await commit([{ type: 'message', message }]);
  }

  async #decide({ of, call: number, decision: planned, given, by, twice, from }: Deciding): Promise<void> {
    const calls = of === 'all' ? this.calls : this.conversation.unsettled;
    const call = calls[number % calls.length];
    if (!call) return;
    const decision = typeof planned === 'number' ? fitting(call.state, planned) : planned;
    if (!this.#seen.has(call.id)) this.#seen.set(call.id, call);
    const about = { shown: call, id: call.id, old: this.#seen.get(call.id)! }[given];
    const decide = async (): Promise<void> => {
      const here = { conversation: this.conversation, commit: this.#commit };
      const { conversation, commit } = from === 'here' ? here : this.disk.openBeside();
      // What somebody is shown may not have been stored.
      if (!conversation.findCall(call.id)) return;
      try {
        await this.#chat.decide(conversation, about, decision, { commit, ...(by !== undefined && { by }) });
      } catch (error) {
        if (from === 'elsewhere' || !this.disk.crashed) throw error;
      }
    };
    await Promise.all(twice ? [decide(), decide()] : [decide()]);
  }

  async #settle(call: ToolCall, doubt: number): Promise<void> {
    const decision = {
      'awaiting-approval': { type: 'approve' },
      'awaiting-result': { type: 'answer', output: { n: 1 } },
      'in-doubt': fitting('in-doubt', doubt),
    } as const;
    if (!Object.hasOwn(decision, call.state)) return;
    const options = { commit: this.#commit, by: 'bob' };
    try {
      await this.#chat.decide(this.conversation, call, decision[call.state as keyof typeof decision], options);
    } catch (error) {
      if (!this.disk.crashed) throw error;
    }
  }
}

/** What a run may throw that did not crash: it was stopped, or the model broke or was cut. A move that is not in the table is not among them. */
function isExpected(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'AbortError';
  const isCut = error instanceof ChatError && error.code === 'incomplete-response';
  return isCut || (error instanceof Error && error.message === modelBroke);
}
