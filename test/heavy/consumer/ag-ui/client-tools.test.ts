import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HttpAgent, Tool } from '@ag-ui/client';
import type { AnyClientTool } from '@tanstack/ai-client';
import { z } from 'zod';
import { answers, outline, scene, stores, until } from './scene.ts';
import { outlines, pageOf } from './tanstack-page.ts';

const color = { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] };
const paint: Tool = { name: 'paint', description: 'Paints the page', parameters: color };
const paints = { calls: [{ name: 'paint', input: { color: 'red' } }] };

/** Says something with tools of the page, and gives which calls it is asked to run. */
async function say(page: HttpAgent, content: string, tools: Tool[]): Promise<readonly string[]> {
  page.addMessage({ id: content, role: 'user', content });
  return run(page, tools);
}

async function run(page: HttpAgent, tools: Tool[]): Promise<readonly string[]> {
  let pending: readonly string[] = [];
  await page.runAgent(
    { tools },
    { onRunFinishedEvent: (end) => void (pending = end.outcome === 'success' ? end.pendingToolCallIds : []) },
  );
  return pending;
}

for (const [name, open] of Object.entries(stores)) {
  describe(`tools that a page declares, on ${name}`, () => {
    test('HttpAgent: it is offered, the page runs it, and the model is told', async () => {
      await using at = await scene(open, { script: [paints, 'It is red.'], clientTools: true });
      const page = at.page();
      const [call] = await say(page, 'paint it', [paint]);
      const { name: called, inputSchema } = at.model.requests[0]!.tools!.at(-1)!;
      assert.deepEqual([called, inputSchema], ['paint', color]);
      page.addMessage({ id: 'done', role: 'tool', toolCallId: call!, content: 'painted' });
      assert.deepEqual(await run(page, [paint]), []);
      assert.deepEqual(page.messages.map(outline), [
        'user: paint it',
        'assistant: paint {"color":"red"}',
        'tool: painted',
        'assistant: It is red.',
      ]);
      assert.match(at.model.heard[1]!.join('\n'), /painted/);
      assert.deepEqual(at.warnings, []);
    });

    test('HttpAgent: beside a call that waits for a person, and one of ours by name', async () => {
      const both = { calls: [{ name: 'refund', input: { order: 'A-1' } }, ...paints.calls] };
      await using at = await scene(open, { script: [both, 'Both are done.'], clientTools: true });
      const page = at.page();
      const mine = { name: 'refund', description: 'Costs nothing', parameters: {} };
      await say(page, 'both', [paint, mine]);
      assert.deepEqual([page.pendingInterrupts.length, at.effects], [1, []]);
      let pending: readonly string[] = [];
      await page.runAgent(
        { resume: answers(page, { approved: true }), tools: [paint, mine] },
        { onRunFinishedEvent: (end) => void (pending = end.outcome === 'success' ? end.pendingToolCallIds : []) },
      );
      assert.deepEqual([pending.length, at.effects], [1, ['refund A-1']]);
      page.addMessage({ id: 'done', role: 'tool', toolCallId: pending[0]!, content: 'painted' });
      await run(page, [paint, mine]);
      assert.equal(outline(page.messages.at(-1)!), 'assistant: Both are done.');
      assert.deepEqual(at.warnings, []);
    });

    test('ChatClient of TanStack AI: it runs its own, unchanged', async () => {
      await using at = await scene(open, { script: [paints, 'It is red.'], clientTools: true });
      const painted: unknown[] = [];
      const tool: AnyClientTool = {
        __toolSide: 'client',
        name: 'paint',
        description: 'Paints the page',
        inputSchema: z.object({ color: z.string() }),
        execute: (input: unknown) => {
          painted.push(input);
          return Promise.resolve('painted');
        },
      };
      const page = pageOf(at, [tool]);
      await page.sendMessage('paint it');
      await until(() => outlines(page).at(-1) === 'assistant: It is red.');
      assert.deepEqual([painted, page.getError()], [[{ color: 'red' }], undefined]);
      const { name: called, inputSchema } = at.model.requests[0]!.tools!.at(-1)!;
      assert.equal(called, 'paint');
      assert.deepEqual((inputSchema as typeof color).properties, color.properties);
    });

    test('without the opt-in it is offered to no model', async () => {
      await using at = await scene(open, { script: ['Hello.'] });
      await say(at.page(), 'hi', [paint]);
      assert.equal(
        at.model.requests[0]!.tools!.some(({ name: one }) => one === 'paint'),
        false,
      );
    });
  });
}
