// OpenAI Agents: a run is serialised, and resumed from that text after `approve` or `reject`.
import { Agent, RunState, Runner, Usage, assistant, setTracingDisabled, tool, user } from '@openai/agents';
import { limit, lookInput, oldTexts, payInputOf, tampered } from '../world.ts';
import { stateFile } from './state-file.js';

setTracingDisabled(true);
const runner = new Runner({ tracingDisabled: true });

/** @type {Pick<import('../subject.ts').Subject, 'note' | 'open'>} */
export const subject = {
  note: 'the server keeps the newest `RunState`, the client sends decisions',
  open: (setup) => openWith(setup, 'server'),
};

/** @type {Pick<import('../subject.ts').Subject, 'note' | 'open'>} */
export const clientSubject = {
  note: 'the `RunState` travels to the client and back',
  open: (setup) => openWith(setup, 'client'),
};

async function openWith({ world, folder, old = 0, code }, keeper) {
  const file = stateFile(folder);
  const agent = agentOf(world, code);
  let state = file.read();
  let written = 0;

  async function run(input) {
    const result = await runner.run(agent, input);
    state = result.state.toString();
    written = Buffer.byteLength(state);
    file.write(state);
    return { answers: ['ok'], end: result.interruptions.length > 0 ? 'waits' : 'done' };
  }

  const adapter = {
    say: (words) => run([...oldItems(old), user(words)]),
    async asked() {
      const paused = await RunState.fromString(agent, state);
      return paused.getInterruptions().map(({ rawItem }) => ({
        name: rawItem.name,
        input: JSON.parse(rawItem.arguments),
        shown: { callId: rawItem.callId, ...(keeper === 'client' && { state }) },
      }));
    },
    async click(...clicks) {
      if (clicks.some(({ input }) => input !== undefined)) throw new Error('no API');
      const resumed = await RunState.fromString(agent, clicks[0].asked.shown.state ?? state);
      for (const { asked, type, reason } of clicks) {
        const item = resumed.getInterruptions().find(({ rawItem }) => rawItem.callId === asked.shown.callId);
        if (!item) throw new Error('the application finds no such call that waits');
        if (type === 'approve') resumed.approve(item);
        else resumed.reject(item, { message: reason });
      }
      return run(resumed);
    },
    recover: (click) => adapter.click(click),
    /** The state is plain text: whoever holds it may write into it. */
    async forge(what) {
      const [{ shown }] = await adapter.asked();
      if (what === 'arguments' && keeper === 'server') throw new Error('no place for them in the API');
      const callId = what === 'approval' ? 'call_made_up' : shown.callId;
      const amount = what === 'approval' ? 7 : tampered;
      const forged = shown.state
        ?.replaceAll(shown.callId, callId)
        .replaceAll('\\"amount\\":5', `\\"amount\\":${amount}`);
      return adapter.click({ asked: { shown: { callId, state: forged } }, type: 'approve' });
    },
    written: () => written,
  };
  return adapter;
}

function agentOf(world, code) {
  const pay = tool({
    name: 'pay',
    description: 'Pay somebody',
    parameters: payInputOf(code),
    needsApproval: async (_context, { amount }) => amount <= limit,
    execute: world.pay,
  });
  const look = tool({ name: 'look', description: 'Look something up', parameters: lookInput, execute: world.look });
  return new Agent({
    name: 'evidence',
    instructions: '',
    model: modelOf(world),
    tools: code === 'removed' ? [look] : [pay, look],
  });
}

function modelOf(world) {
  return {
    async getResponse({ input }) {
      const turn = world.turn(
        input,
        input.some(({ type }) => type === 'function_call_result'),
      );
      const output =
        'text' in turn
          ? [
              {
                type: 'message',
                role: 'assistant',
                status: 'completed',
                content: [{ type: 'output_text', text: turn.text }],
              },
            ]
          : turn.calls.map(({ id, name, input }) => ({
              type: 'function_call',
              callId: id,
              name,
              status: 'completed',
              arguments: JSON.stringify(input),
            }));
      return { usage: new Usage(), output };
    },
    async *getStreamedResponse() {},
  };
}

function oldItems(count) {
  return oldTexts(count).map((text, index) => (index % 2 === 0 ? user(text) : assistant(text)));
}
