import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildResumeArray } from '@ag-ui/client';
import type { ScriptedTurn } from 'yourcall/testing';
import { answers, outline, say, scene, stores, until } from './scene.ts';

const refund = (...orders: readonly string[]): ScriptedTurn => ({
  calls: orders.map((order) => ({ name: 'refund', input: { order }, pieces: 2 })),
});

for (const [name, open] of Object.entries(stores)) {
  describe(`HttpAgent of @ag-ui/client, on ${name}`, () => {
    test('plain', async () => {
      await using at = await scene(open, { script: [{ reasoning: 'Let me greet.', text: 'Hello you.' }, 'And you.'] });
      const page = at.page();
      await say(page, 'hi');
      await say(page, 'again');
      assert.deepEqual(page.messages.map(outline), [
        'user: hi',
        'reasoning: Let me greet.',
        'assistant: Hello you.',
        'user: again',
        'assistant: And you.',
      ]);
      assert.deepEqual([at.warnings, page.pendingInterrupts], [[], []]);
    });

    test('approve: one execution, and a result behind its call', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      const page = at.page();
      await say(page, 'refund');
      const [interrupt] = page.pendingInterrupts;
      assert.deepEqual(
        [interrupt?.reason, interrupt?.message, interrupt?.metadata?.['risk'], interrupt?.metadata?.['input']],
        ['tool_call', 'it costs money', 'money', { order: 'A-1' }],
      );
      const approved = { status: 'resolved' as const, payload: { approved: true } };
      await page.runAgent({ resume: buildResumeArray(page.pendingInterrupts, { [interrupt!.id]: approved }) });
      assert.deepEqual(page.messages.map(outline), [
        'user: refund',
        'assistant: refund {"order":"A-1"}',
        'tool: {"refunded":"A-1"}',
        'assistant: Refunded.',
      ]);
      assert.deepEqual([at.effects, page.pendingInterrupts, at.warnings], [['refund A-1'], [], []]);
      // Looked at anew it is the same.
      const again = at.page();
      await again.runAgent();
      assert.deepEqual(again.messages.map(outline), page.messages.map(outline));
    });

    test('deny, with a reason that the model is told', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Not refunded.'] });
      const page = at.page();
      await say(page, 'refund');
      await page.runAgent({ resume: answers(page, { approved: false, reason: 'too much' }) });
      assert.deepEqual(page.messages.map(outline).slice(2), [
        'tool: Not executed: a person rejected it: too much',
        'assistant: Not refunded.',
      ]);
      assert.match(at.model.heard[1]!.join('\n'), /too much/);
      assert.deepEqual([at.effects, at.warnings], [[], []]);
    });

    test('edit: what runs is what is shown then; what does not fit is told, and may be answered again', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      const page = at.page();
      await say(page, 'refund');
      const schema = page.pendingInterrupts[0]?.responseSchema as { properties: object };
      assert.ok('editedArgs' in schema.properties);
      const errors: string[] = [];
      await page.runAgent(
        { resume: answers(page, { approved: true, editedArgs: { order: 7 } }) },
        { onRunErrorEvent: ({ event }) => void errors.push(event.code!) },
      );
      assert.deepEqual([errors, at.effects], [['invalid'], []]);
      await page.runAgent({ resume: answers(page, { approved: true, editedArgs: { order: 'B-2' } }) });
      assert.deepEqual(page.messages.map(outline).slice(1), [
        'assistant: refund {"order":"B-2"}',
        'tool: {"refunded":"B-2"}',
        'assistant: Refunded.',
      ]);
      assert.deepEqual([at.effects, at.warnings], [['refund B-2'], []]);
    });

    test('two calls, of which one is decided and one is put off: it runs, and the other is asked about again', async () => {
      await using at = await scene(open, { script: [refund('A-1', 'B-2'), 'Both are done.'] });
      const page = at.page();
      await say(page, 'refund both');
      const [, second] = page.pendingInterrupts;
      const later = { type: 'snooze', until: '2100-01-01T00:00:00Z' };
      await page.runAgent({ resume: answers(page, { approved: true }, later) });
      assert.deepEqual([at.effects, page.pendingInterrupts.map(({ id }) => id)], [['refund A-1'], [second!.id]]);
      await page.runAgent({ resume: answers(page, { approved: true }) });
      assert.deepEqual(page.messages.map(outline), [
        'user: refund both',
        'assistant: refund {"order":"A-1"} | refund {"order":"B-2"}',
        'tool: {"refunded":"A-1"}',
        'tool: {"refunded":"B-2"}',
        'assistant: Both are done.',
      ]);
      assert.deepEqual([at.effects, at.warnings], [['refund A-1', 'refund B-2'], []]);
    });

    test('two calls, of which somebody else has decided one meanwhile', async () => {
      await using at = await scene(open, { script: [refund('A-1', 'B-2'), 'One is done.'] });
      const page = at.page();
      await say(page, 'refund both');
      const [{ toolCallId: call = '' } = {}] = page.pendingInterrupts;
      await at.runtime.decide(at.key, { call, decision: { type: 'reject', reason: 'no' }, by: 'bob' });
      await page.runAgent({ resume: answers(page, { approved: true }, { approved: true }) });
      assert.deepEqual([at.effects, page.pendingInterrupts], [['refund B-2'], []]);
      assert.match(page.messages.map(outline).join('\n'), /tool: Not executed: a person rejected it: no/);
    });

    test('a question of a tool', async () => {
      await using at = await scene(open, { script: [{ calls: [{ name: 'book', input: {} }] }, 'Booked.'] });
      const page = at.page();
      await say(page, 'book');
      const [question] = page.pendingInterrupts;
      assert.deepEqual([question?.reason, question?.message], ['input_required', 'Window or aisle?']);
      await page.runAgent({ resume: answers(page, 'aisle') });
      assert.deepEqual([at.effects, at.warnings, page.pendingInterrupts], [['book aisle'], [], []]);
    });

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
      const speaking: ScriptedTurn = {
        events: [
          { type: 'text', delta: 'Once upon ' },
          more.promise,
          { type: 'text', delta: 'a time.' },
          { type: 'finish', reason: 'stop' },
        ],
      };
      const endless: ScriptedTurn = { events: [{ type: 'text', delta: 'And then' }, new Promise<void>(() => {})] };
      await using at = await scene(open, { script: [speaking, endless] });
      const gone = at.page();
      const telling = say(gone, 'tell');
      await until(() => gone.messages.some((message) => outline(message).includes('Once')));
      gone.abortRun();
      await telling;
      const page = at.page();
      const resumed = page.runAgent();
      more.resolve();
      await resumed;
      assert.deepEqual(page.messages.map(outline), ['user: tell', 'assistant: Once upon a time.']);
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
