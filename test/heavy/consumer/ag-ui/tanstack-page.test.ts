import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnyClientTool } from '@tanstack/ai-client';
import type { ScriptedTurn } from 'yourcall/testing';
import { scene, stores, until } from './scene.ts';
import { outlines, pageOf, resolvable, settled } from './tanstack-page.ts';
import { refund, saying } from '../served/turns.ts';

/** A tool that the page runs itself. */
const locate: AnyClientTool = {
  __toolSide: 'client',
  name: 'locate',
  description: 'Where the user is',
  execute: () => Promise.resolve({ city: 'Ulm' }),
};

for (const [name, open] of Object.entries(stores)) {
  describe(`a page with ChatClient of @tanstack/ai-client, on ${name}`, () => {
    test('a tool of the page', async () => {
      await using at = await scene(open, { script: [{ calls: [{ name: 'locate', input: {} }] }, 'You are in Ulm.'] });
      const page = pageOf(at, [locate]);
      await page.sendMessage('where am I?');
      await until(() => outlines(page).at(-1) === 'assistant: You are in Ulm.');
      assert.match(at.model.heard[1]!.join('\n'), /Ulm/);
      assert.equal(page.getError(), undefined);
    });

    test('a tool of the page beside a call that waits: both go along with the decision', async () => {
      const both: ScriptedTurn = {
        calls: [
          { name: 'refund', input: { order: 'A-1' } },
          { name: 'locate', input: {} },
        ],
      };
      await using at = await scene(open, { script: [both, 'Refunded in Ulm.'] });
      const page = pageOf(at, [locate]);
      await page.sendMessage('refund here');
      resolvable(page.getInterrupts()[0]).resolveInterrupt({ approved: true });
      await until(() => outlines(page).at(-1) === 'assistant: Refunded in Ulm.');
      assert.match(at.model.heard[1]!.join('\n'), /Ulm/);
      assert.deepEqual([at.effects, at.model.requests.length, page.getError()], [['refund A-1'], 2, undefined]);
    });

    test('cancel: nothing runs, and the thread goes on', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Then not.', 'Hello.'] });
      const page = pageOf(at);
      await page.sendMessage('refund');
      page.cancelInterrupts();
      await settled(page);
      await page.sendMessage('hi');
      assert.deepEqual([at.effects, outlines(page).at(-1)], [[], 'assistant: Hello.']);
    });

    test('a page is loaded anew while a call waits, and decides', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      await pageOf(at).sendMessage('refund');
      const page = pageOf(at);
      page.attach();
      await until(() => page.getInterrupts().length > 0 && !page.getIsLoading());
      assert.match(outlines(page).join('\n'), /^user: refund\nassistant: refund \{"order":"A-1"\}/);
      resolvable(page.getInterrupts()[0]).resolveInterrupt({ approved: true });
      await settled(page);
      assert.deepEqual([at.effects, outlines(page).at(-1)], [['refund A-1'], 'assistant: Refunded.']);
      page.dispose();
    });

    test('a page that goes away stops nothing, and finds what was said', async () => {
      const more = Promise.withResolvers<void>();
      const speaking = saying('Once upon ', more.promise, 'a time.');
      await using at = await scene(open, { script: [speaking] });
      const gone = pageOf(at);
      const telling = gone.sendMessage('tell');
      await until(() => outlines(gone).at(-1)?.includes('Once'));
      gone.stop();
      await telling;
      const page = pageOf(at);
      page.attach();
      await until(() => outlines(page).at(-1)?.includes('Once'));
      more.resolve();
      await settled(page);
      assert.deepEqual(outlines(page), ['user: tell', 'assistant: Once upon a time.']);
      page.dispose();
    });

    test('expired: an approval that comes too late runs nothing, and the thread goes on', async () => {
      const gift: ScriptedTurn = { calls: [{ name: 'gift', input: { order: 'A-1' } }] };
      await using at = await scene(open, { script: [gift, 'Nobody agreed.'] });
      const page = pageOf(at);
      await page.sendMessage('give');
      const interrupt = resolvable(page.getInterrupts()[0]);
      await until(() => at.model.requests.length === 2);
      interrupt.resolveInterrupt({ approved: true });
      await settled(page);
      assert.deepEqual([at.effects, outlines(page).at(-1)], [[], 'assistant: Nobody agreed.']);
    });
  });
}
