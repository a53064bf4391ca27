import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildResumeArray } from '@ag-ui/client';
import { answers, outline, say, scene, stores } from './scene.ts';
import { refund } from '../served/turns.ts';

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
  });
}
