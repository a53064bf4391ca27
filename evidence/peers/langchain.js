// LangChain: createAgent with its human-in-the-loop middleware; LangGraph's checkpointer keeps the state, in a file here.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { Command, MemorySaver } from '@langchain/langgraph';
import { createAgent, humanInTheLoopMiddleware, tool } from 'langchain';
import { lookInput, oldTexts, payInputOf } from '../world.ts';

process.env.LANGSMITH_TRACING = 'false';
const config = { configurable: { thread_id: 'evidence' } };

/** @type {Pick<import('../subject.ts').Subject, 'note' | 'open'>} */
export const subject = {
  note: 'its `MemorySaver`, written to a file after each checkpoint',
  async open({ world, folder, old = 0, code }) {
    const checkpointer = new FileSaver(join(folder, 'checkpoints.json'));
    const agent = agentOf(world, code, checkpointer);
    let written = 0;

    async function invoke(input) {
      const before = checkpointer.bytes;
      const result = await agent.invoke(input, config);
      written = checkpointer.bytes - before;
      return { answers: ['ok'], end: result.__interrupt__ ? 'waits' : 'done' };
    }

    const actions = async () => {
      const { tasks } = await agent.graph.getState(config);
      return tasks.flatMap(({ interrupts }) => interrupts).flatMap(({ value }) => value.actionRequests);
    };
    const adapter = {
      async say(words) {
        if (old > 0) await agent.graph.updateState(config, { messages: oldMessages(old) });
        return invoke({ messages: [new HumanMessage(words)] });
      },
      asked: async () => (await actions()).map(({ name, args }, at) => ({ name, input: args, shown: at })),
      /** Decisions are told apart by their place, so there is one for each clicked call and no more. */
      click: (...clicks) => invoke(new Command({ resume: { decisions: clicks.map(decisionOf) } })),
      /** LangGraph goes on from its last checkpoint when it is invoked with nothing. */
      recover: () => invoke(null),
      /** A client can say only what is decided, not about what. */
      async forge(what) {
        if (what === 'arguments') throw new Error('no place for them in the API');
        await adapter.click({ type: 'reject', asked: {} });
        return adapter.click({ type: 'approve', asked: {} });
      },
      written: () => written,
    };
    return adapter;
  },
};

function decisionOf({ asked, type, input, reason }) {
  if (type === 'reject') return { type, message: reason };
  return input === undefined ? { type } : { type: 'edit', editedAction: { name: asked.name, args: input } };
}

function agentOf(world, code, checkpointer) {
  const pay = tool(world.pay, { name: 'pay', description: 'Pay somebody', schema: payInputOf(code) });
  const look = tool(world.look, { name: 'look', description: 'Look something up', schema: lookInput });
  return createAgent({
    model: new ScriptedModel(world),
    tools: code === 'removed' ? [look] : [pay, look],
    middleware: [humanInTheLoopMiddleware({ interruptOn: { pay: true } })],
    checkpointer,
  });
}

class ScriptedModel extends BaseChatModel {
  #world;

  constructor(world) {
    super({});
    this.#world = world;
  }

  _llmType() {
    return 'scripted';
  }

  bindTools() {
    return this;
  }

  async _generate(messages) {
    const sent = messages.map((message) => message.toDict());
    const turn = this.#world.turn(
      sent,
      messages.some(({ type }) => type === 'tool'),
    );
    const message =
      'text' in turn
        ? new AIMessage(turn.text)
        : new AIMessage({
            content: '',
            tool_calls: turn.calls.map(({ id, name, input }) => ({ id, name, args: input, type: 'tool_call' })),
          });
    return { generations: [{ text: '', message }] };
  }
}

/** LangGraph's own saver, kept in a file, so that another process can go on. */
class FileSaver extends MemorySaver {
  /** Bytes that the graph has given to be stored. */
  bytes = 0;
  #file;

  constructor(file) {
    super();
    this.#file = file;
    if (!existsSync(file)) return;
    const { storage, writes } = JSON.parse(readFileSync(file, 'utf8'), bytesFromText);
    Object.assign(this.storage, storage);
    Object.assign(this.writes, writes);
  }

  async put(...given) {
    const before = size(this.storage);
    const config = await super.put(...given);
    this.#keep(size(this.storage) - before);
    return config;
  }

  async putWrites(...given) {
    const before = size(this.writes);
    await super.putWrites(...given);
    this.#keep(size(this.writes) - before);
  }

  #keep(bytes) {
    this.bytes += bytes;
    writeFileSync(this.#file, JSON.stringify({ storage: this.storage, writes: this.writes }, bytesToText));
  }
}

function size(value) {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum, one) => sum + size(one), 0);
}

function bytesToText(_key, value) {
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value;
}

function bytesFromText(_key, value) {
  return typeof value?.bytes === 'string' ? new Uint8Array(Buffer.from(value.bytes, 'base64')) : value;
}

function oldMessages(count) {
  return oldTexts(count).map((content, index) =>
    index % 2 === 0 ? new HumanMessage(content) : new AIMessage(content),
  );
}
