import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scene, stores } from './scene.ts';
import { outlines, pageOf, resolvable, settled } from './tanstack-page.ts';
import { refund } from '../served/turns.ts';

for (const [name, open] of Object.entries(stores)) {
  describe(`ChatClient of @tanstack/ai-client, on ${name}`, () => {
    test('plain', async () => {
      await using at = await scene(open, { script: [{ reasoning: 'Let me greet.', text: 'Hello you.' }, 'And you.'] });
      const page = pageOf(at);
      await page.sendMessage('hi');
      await page.sendMessage('again');
      assert.deepEqual(outlines(page), [
        'user: hi',
        'assistant: Let me greet. | Hello you.',
        'user: again',
        'assistant: And you.',
      ]);
      assert.deepEqual([page.getError(), at.warnings], [undefined, []]);
    });

    test('approve: one execution', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      const page = pageOf(at);
      await page.sendMessage('refund');
      const interrupt = resolvable(page.getInterrupts()[0]);
      assert.deepEqual(
        [interrupt.reason, interrupt.message, interrupt.metadata?.['input']],
        ['tool_call', 'it costs money', { order: 'A-1' }],
      );
      interrupt.resolveInterrupt({ approved: true });
      await settled(page);
      assert.deepEqual(outlines(page), [
        'user: refund',
        'assistant: refund {"order":"A-1"} complete | {"refunded":"A-1"}',
        'assistant: Refunded.',
      ]);
      assert.deepEqual([at.effects, page.getError(), at.warnings], [['refund A-1'], undefined, []]);
      assert.equal(at.model.requests.length, 2);
    });

    test('deny, with a reason that the model is told', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Not refunded.'] });
      const page = pageOf(at);
      await page.sendMessage('refund');
      resolvable(page.getInterrupts()[0]).resolveInterrupt({ approved: false, reason: 'too much' });
      await settled(page);
      assert.match(at.model.heard[1]!.join('\n'), /too much/);
      assert.deepEqual(
        [at.effects, page.getError(), outlines(page).at(-1)],
        [[], undefined, 'assistant: Not refunded.'],
      );
    });

    test('edit: what runs is what is shown then', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      const page = pageOf(at);
      await page.sendMessage('refund');
      resolvable(page.getInterrupts()[0]).resolveInterrupt({ approved: true, editedArgs: { order: 'B-2' } });
      await settled(page);
      assert.match(outlines(page).join('\n'), /refund \{"order":"B-2"\} complete/);
      assert.deepEqual(at.effects, ['refund B-2']);
    });

    test('two calls: both are asked about at once, and both are answered at once', async () => {
      await using at = await scene(open, { script: [refund('A-1', 'B-2'), 'One is done.'] });
      const page = pageOf(at);
      await page.sendMessage('refund both');
      const [first, second] = page.getInterrupts();
      resolvable(first).resolveInterrupt({ approved: true });
      assert.deepEqual(at.effects, []);
      resolvable(second).resolveInterrupt({ approved: false });
      await settled(page);
      assert.deepEqual([at.effects, at.model.requests.length, page.getError()], [['refund A-1'], 2, undefined]);
    });

    test('two calls, of which somebody else has decided one meanwhile', async () => {
      await using at = await scene(open, { script: [refund('A-1', 'B-2'), 'One is done.'] });
      const page = pageOf(at);
      await page.sendMessage('refund both');
      const [first, second] = page.getInterrupts();
      const [call = ''] = first!.id.split('.');
      await at.runtime.decide(at.key, { call, decision: { type: 'reject' }, by: 'bob' });
      for (const one of [first, second]) resolvable(one).resolveInterrupt({ approved: true });
      await settled(page);
      assert.deepEqual([at.effects, page.getError()], [['refund B-2'], undefined]);
    });

    test('a question of a tool', async () => {
      await using at = await scene(open, { script: [{ calls: [{ name: 'book', input: {} }] }, 'Booked.'] });
      const page = pageOf(at);
      await page.sendMessage('book');
      const question = resolvable(page.getInterrupts()[0]);
      assert.equal(question.message, 'Window or aisle?');
      question.resolveInterrupt('aisle');
      await settled(page);
      assert.deepEqual([at.effects, page.getError()], [['book aisle'], undefined]);
    });
  });
}
