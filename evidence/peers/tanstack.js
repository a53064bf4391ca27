// TanStack AI: the client holds the messages and posts them; an approval is an entry in `resume`.
import { StreamProcessor, chat, maxIterations, toolDefinition } from '@tanstack/ai';
import { z } from 'zod';
import { lookInput, oldTexts, payInputOf, tampered } from '../world.ts';
import { stateFile } from './state-file.js';

/** @type {Pick<import('../subject.ts').Subject, 'note' | 'open'>} */
export const subject = {
  note: 'stateless, as without its persistence package: the client sends the messages',
  async open({ world, folder, old = 0, code }) {
    const file = stateFile(folder);
    const options = {
      adapter: adapterOf(world),
      tools: toolsOf(world, code),
      agentLoopStrategy: maxIterations(4),
      threadId: 'evidence',
    };
    /** What the client holds: messages, and what it was asked. */
    let client = file.read() ?? { messages: oldMessages(old), interrupts: [], runId: undefined };
    let written = 0;

    /** The route handler, and a client that reads its stream. */
    async function post(messages, resume = {}) {
      const runId = crypto.randomUUID();
      const processor = new StreamProcessor();
      processor.setMessages(messages);
      let interrupts = [];
      let failure;
      for await (const chunk of chat({ ...options, messages, runId, ...resume })) {
        processor.processChunk(chunk);
        if (chunk.type === 'RUN_FINISHED' && chunk.outcome?.type === 'interrupt') interrupts = chunk.outcome.interrupts;
        if (chunk.type === 'RUN_ERROR') failure = new Error(chunk.message);
      }
      if (failure) throw failure;
      client = { messages: processor.getMessages(), interrupts, runId };
      written = Buffer.byteLength(JSON.stringify([client.messages.slice(messages.length), interrupts]));
      file.write(client);
      return { answers: ['ok'], end: interrupts.length > 0 ? 'waits' : 'done' };
    }

    const agent = {
      say: (words) => post([...client.messages, message('user', words)]),
      asked: async () =>
        client.interrupts.map(({ id, metadata }) => ({
          name: metadata.toolName,
          input: metadata.input,
          shown: { ...client, id },
        })),
      click(...clicks) {
        const { messages, runId } = clicks[0].asked.shown;
        const resume = clicks.map(({ asked, type, input, reason }) => ({
          interruptId: asked.shown.id,
          status: 'resolved',
          payload:
            type === 'approve'
              ? { approved: true, ...(input && { editedArgs: input }) }
              : { approved: false, payload: { reason } },
        }));
        return post(messages, { resume, parentRunId: runId });
      },
      recover: (click) => agent.click(click),
      async forge(what) {
        const [{ shown }] = await agent.asked();
        const text = JSON.stringify(shown);
        const forged =
          what === 'approval'
            ? text.replaceAll('call_pay', 'call_made_up').replaceAll('\\"amount\\":5', '\\"amount\\":7')
            : text.replaceAll('\\"amount\\":5', `\\"amount\\":${tampered}`);
        return agent.click({ type: 'approve', asked: { shown: JSON.parse(forged) } });
      },
      written: () => written,
    };
    return agent;
  },
};

function toolsOf(world, code) {
  const pay = toolDefinition({
    name: 'pay',
    description: 'Pay somebody',
    inputSchema: payInputOf(code),
    needsApproval: true,
    approvalSchema: { reject: z.object({ reason: z.string().optional() }) },
  }).server(world.pay);
  const look = toolDefinition({
    name: 'look',
    description: 'Look something up',
    inputSchema: lookInput,
  }).server(world.look);
  return code === 'removed' ? [look] : [pay, look];
}

function adapterOf(world) {
  return {
    kind: 'text',
    name: 'scripted',
    model: 'script',
    '~types': {},
    async *chatStream({ messages, runId = 'run', threadId = 'evidence' }) {
      const turn = world.turn(
        messages,
        messages.some(({ role }) => role === 'tool'),
      );
      yield { type: 'RUN_STARTED', runId, threadId };
      if ('text' in turn) yield* spoken(turn.text);
      else for (const call of turn.calls) yield* called(call);
      yield { type: 'RUN_FINISHED', runId, threadId, finishReason: 'text' in turn ? 'stop' : 'tool_calls' };
    },
  };
}

function* spoken(text) {
  const messageId = crypto.randomUUID();
  yield { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' };
  yield { type: 'TEXT_MESSAGE_CONTENT', messageId, delta: text };
  yield { type: 'TEXT_MESSAGE_END', messageId };
}

function* called({ id, name, input }) {
  yield { type: 'TOOL_CALL_START', toolCallId: id, toolCallName: name, toolName: name };
  yield { type: 'TOOL_CALL_ARGS', toolCallId: id, delta: JSON.stringify(input) };
  yield { type: 'TOOL_CALL_END', toolCallId: id, toolCallName: name, toolName: name, input };
}

function message(role, content) {
  return { id: crypto.randomUUID(), role, parts: [{ type: 'text', content }] };
}

function oldMessages(count) {
  return oldTexts(count).map((text, index) => message(index % 2 === 0 ? 'user' : 'assistant', text));
}
