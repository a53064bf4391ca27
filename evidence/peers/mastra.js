// Mastra: a tool with `requireApproval`; the snapshot of the run is kept by LibSQL, in a file.
import { join } from 'node:path';
import { Mastra } from '@mastra/core';
import { Agent } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';
import { LibSQLStore } from '@mastra/libsql';
import { convertArrayToReadableStream, MockLanguageModelV3 } from 'ai/test';
import { limit, lookInput, oldTexts, payInputOf } from '../world.ts';

/** @type {Pick<import('../subject.ts').Subject, 'note' | 'open'>} */
export const subject = {
  note: 'with LibSQL in a file',
  async open({ world, folder, old = 0, code }) {
    const storage = new LibSQLStore({ id: 'evidence', url: `file:${join(folder, 'mastra.db')}` });
    const written = countWrites(await storage.getStore('workflows'));
    const mastra = new Mastra({ agents: { evidence: agentOf(world, code) }, storage, logger: false });
    const agent = mastra.getAgent('evidence');

    async function drain(stream) {
      let end = 'done';
      for await (const { type, payload } of stream.fullStream) {
        if (type === 'tool-call-approval') end = 'waits';
        if (type === 'error') throw payload.error;
      }
      return { answers: ['ok'], end };
    }

    const adapter = {
      say: async (words) => drain(await agent.stream([...oldMessages(old), { role: 'user', content: words }])),
      async asked() {
        const { runs } = await agent.listSuspendedRuns();
        return runs.flatMap(({ runId, toolCalls }) =>
          toolCalls.map(({ toolCallId, toolName, args }) => ({
            name: toolName,
            input: args,
            shown: { runId, toolCallId },
          })),
        );
      },
      async click({ asked, type, input, reason }) {
        if (type === 'reject') return drain(await agent.declineToolCall({ ...asked.shown, reason }));
        return drain(await agent.approveToolCall({ ...asked.shown, ...(input && { args: input }) }));
      },
      recover: (click) => adapter.click(click),
      /** A client can name a run and a call. */
      async forge(what) {
        if (what === 'arguments') throw new Error('no place for them in the API');
        return adapter.click({ type: 'approve', asked: { shown: { runId: 'made-up', toolCallId: 'made-up' } } });
      },
      written,
    };
    return adapter;
  },
};

/** Counts what is given to the store as a snapshot. */
function countWrites(workflows) {
  let bytes = 0;
  const persist = workflows.persistWorkflowSnapshot;
  workflows.persistWorkflowSnapshot = (given) => {
    bytes += Buffer.byteLength(JSON.stringify(given.snapshot));
    return persist.call(workflows, given);
  };
  return () => bytes;
}

function agentOf(world, code) {
  const pay = createTool({
    id: 'pay',
    description: 'Pay somebody',
    inputSchema: payInputOf(code),
    requireApproval: ({ amount }) => amount <= limit,
    execute: world.pay,
  });
  const look = createTool({
    id: 'look',
    description: 'Look something up',
    inputSchema: lookInput,
    execute: world.look,
  });
  return new Agent({
    id: 'evidence',
    name: 'evidence',
    instructions: 'You pay.',
    model: modelOf(world),
    tools: code === 'removed' ? { look } : { pay, look },
  });
}

function modelOf(world) {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  };
  return new MockLanguageModelV3({
    async doStream({ prompt }) {
      const turn = world.turn(
        prompt,
        prompt.some(({ role }) => role === 'tool'),
      );
      const content =
        'text' in turn
          ? [
              { type: 'text-start', id: '1' },
              { type: 'text-delta', id: '1', delta: turn.text },
              { type: 'text-end', id: '1' },
            ]
          : turn.calls.map(({ id, name, input }) => ({
              type: 'tool-call',
              toolCallId: id,
              toolName: name,
              input: JSON.stringify(input),
            }));
      const finish = 'text' in turn ? 'stop' : 'tool-calls';
      const end = { type: 'finish', finishReason: { unified: finish, raw: finish }, usage };
      return { stream: convertArrayToReadableStream([{ type: 'stream-start', warnings: [] }, ...content, end]) };
    },
  });
}

function oldMessages(count) {
  return oldTexts(count).map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }));
}
