import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ScriptedTurn } from 'yourcall/testing';
import { answers, outline, say, scene, stores, until } from './scene.ts';
import { refund, saying } from '../served/turns.ts';

for (const [name, open] of Object.entries(stores)) {
  describe(`a page with HttpAgent of @ag-ui/client, on ${name}`, () => {
    test('a tool of the page', async () => {
      await using at = await scene(open, { script: [{ calls: [{ name: 'locate', input: {} }] }, 'You are in Ulm.'] });
      const page = at.page();
      page.addMessage({ id: 'where', role: 'user', content: 'where am I?' });
      let pending: readonly string[] = [];
      await page.runAgent(
        {},
        { onRunFinishedEvent: (end) => void (pending = end.outcome === 'success' ? end.pendingToolCallIds : []) },
      );
      page.addMessage({ id: 'here', role: 'tool', toolCallId: pending[0]!, content: '{"city":"Ulm"}' });
      await page.runAgent();
      assert.deepEqual(page.messages.map(outline), [
        'user: where am I?',
        'assistant: locate {}',
        'tool: {"city":"Ulm"}',
        'assistant: You are in Ulm.',
      ]);
      assert.match(at.model.heard[1]!.join('\n'), /Ulm/);
      assert.deepEqual(at.warnings, []);
    });

    test('a tool of the page beside a call that waits: it is asked for when that is decided', async () => {
      const both: ScriptedTurn = {
        calls: [
          { name: 'refund', input: { order: 'A-1' } },
          { name: 'locate', input: {} },
        ],
      };
      await using at = await scene(open, { script: [both, 'Refunded in Ulm.'] });
      const page = at.page();
      await say(page, 'refund here');
      let pending: readonly string[] = [];
      await page.runAgent(
        { resume: answers(page, { approved: true }) },
        { onRunFinishedEvent: (end) => void (pending = end.outcome === 'success' ? end.pendingToolCallIds : []) },
      );
      page.addMessage({ id: 'here', role: 'tool', toolCallId: pending[0]!, content: '{"city":"Ulm"}' });
      await page.runAgent();
      assert.deepEqual([at.effects, outline(page.messages.at(-1)!)], [['refund A-1'], 'assistant: Refunded in Ulm.']);
      assert.deepEqual(at.warnings, []);
    });

    test('cancel: nothing runs, and the thread goes on', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Then not.', 'Hello.'] });
      const page = at.page();
      await say(page, 'refund');
      const [interrupt] = page.pendingInterrupts;
      await page.runAgent({ resume: [{ interruptId: interrupt!.id, status: 'cancelled' }] });
      await say(page, 'hi');
      assert.deepEqual(page.messages.map(outline).slice(2), [
        'tool: Not executed: a person rejected it: cancelled',
        'assistant: Then not.',
        'user: hi',
        'assistant: Hello.',
      ]);
      assert.deepEqual([at.effects, at.warnings], [[], []]);
    });

    test('a page is loaded anew while a call waits, and decides', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      await say(at.page(), 'refund');
      const page = at.page();
      await page.runAgent();
      assert.deepEqual(page.messages.map(outline), ['user: refund', 'assistant: refund {"order":"A-1"}']);
      await page.runAgent({ resume: answers(page, { approved: true }) });
      assert.deepEqual(page.messages.map(outline).slice(2), ['tool: {"refunded":"A-1"}', 'assistant: Refunded.']);
      assert.deepEqual([at.effects, at.warnings], [['refund A-1'], []]);
    });

    test('expired: the client may not answer any more, cancels, and the thread goes on', async () => {
      const gift: ScriptedTurn = { calls: [{ name: 'gift', input: { order: 'A-1' } }] };
      await using at = await scene(open, { script: [gift, 'Nobody agreed.'] });
      const page = at.page();
      await say(page, 'give');
      const [interrupt] = page.pendingInterrupts;
      await until(() => new Date() > new Date(interrupt!.expiresAt!));
      await assert.rejects(page.runAgent({ resume: answers(page, { approved: true }) }), /can no longer be answered/);
      await page.runAgent({ resume: [{ interruptId: interrupt!.id, status: 'cancelled' }] });
      assert.deepEqual(page.messages.map(outline).slice(2), [
        'tool: Not executed: nobody decided about it in time.',
        'assistant: Nobody agreed.',
      ]);
      assert.deepEqual([at.effects, page.pendingInterrupts, at.warnings], [[], [], []]);
    });

    test('a page that goes away stops nothing, and finds what was said; a stop ends the run', async () => {
      const more = Promise.withResolvers<void>();
      const speaking = saying('Once upon ', more.promise, 'a time.');
      const endless: ScriptedTurn = { events: [{ type: 'text', delta: 'And then' }, new Promise<void>(() => {})] };
      await using at = await scene(open, { script: [speaking, endless] });
      const gone = at.page();
      const telling = say(gone, 'tell');
      await until(() => gone.messages.some((message) => outline(message).includes('Once')));
      gone.abortRun();
      await telling;
      const page = at.page();
      // One has lost everything, the other has the half of a sentence.
      const resumed = [page.runAgent(), gone.runAgent()];
      more.resolve();
      await Promise.all(resumed);
      for (const { messages } of [page, gone]) {
        assert.deepEqual(messages.map(outline), ['user: tell', 'assistant: Once upon a time.']);
      }
      let outcome = '';
      page.addMessage({ id: 'more', role: 'user', content: 'and then?' });
      const run = page.runAgent({}, { onRunFinishedEvent: (end) => void (outcome = end.outcome) });
      await until(() => outline(page.messages.at(-1)!).includes('And then'));
      await fetch(`${page.url}/${page.threadId}/stop`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      await run;
      assert.deepEqual([outcome, at.warnings], ['cancelled', []]);
    });
  });
}
