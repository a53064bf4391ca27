import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ScriptedTurn } from 'yourcall/testing';
import { callsIn, outline, scene, stores, until } from './scene.ts';
import { refund, saying } from '../served/turns.ts';

for (const [name, open] of Object.entries(stores)) {
  describe(`Chat of @ai-sdk/react, on ${name}`, () => {
    test('plain', async () => {
      await using at = await scene(open, { script: [{ reasoning: 'Let me greet.', text: 'Hello you.' }, 'And you.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'hi' });
      await tab.sendMessage({ text: 'again' });
      assert.equal(tab.error, undefined);
      assert.deepEqual(tab.messages.map(outline), [
        'user: hi',
        'assistant: reasoning | Hello you.',
        'user: again',
        'assistant: And you.',
      ]);
      const states = tab.messages.flatMap(({ parts }) => parts.flatMap((part) => ('state' in part ? part.state : [])));
      assert.deepEqual(states, ['done', 'done', 'done']);
    });

    test('approve: one bubble, one execution', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'refund' });
      const [call] = callsIn(tab);
      assert.equal(call?.state, 'approval-requested');
      assert.deepEqual(call.input, { order: 'A-1' });
      const { approval } = call as { approval: { id: string; requestReason: string; descriptor: unknown } };
      assert.equal(approval.requestReason, 'it costs money');
      assert.deepEqual(approval.descriptor, {
        risk: 'money',
        preview: 'a refund',
        decisions: ['approve', 'reject', 'answer', 'snooze'],
      });
      await tab.addToolApprovalResponse({ id: approval.id, approved: true });
      await until(() => tab.status === 'ready' && tab.messages.at(-1)?.parts.at(-1)?.type === 'text');
      assert.deepEqual(tab.messages.map(outline), ['user: refund', 'assistant: refund output-available | Refunded.']);
      assert.deepEqual([at.effects, tab.error], [['refund A-1'], undefined]);
      assert.deepEqual(fresh(await at.reloaded()), fresh(tab.messages));
    });

    test('deny, with a reason that the model is told', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Not refunded.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'refund' });
      const [call] = callsIn(tab);
      await tab.addToolApprovalResponse({ id: approvalOf(call).id, approved: false, reason: 'too much' });
      await until(() => tab.status === 'ready' && tab.messages.at(-1)?.parts.at(-1)?.type === 'text');
      assert.deepEqual(tab.messages.map(outline), ['user: refund', 'assistant: refund output-denied | Not refunded.']);
      assert.equal(approvalOf(callsIn(tab)[0]).reason, 'too much');
      assert.match(at.model.heard[1]!.join('\n'), /too much/);
      assert.deepEqual(at.effects, []);
    });

    test('two calls, of which one is decided: it is posted with the next word, and the other waits', async () => {
      const both: ScriptedTurn = { calls: ['A-1', 'B-2'].map((order) => ({ name: 'refund', input: { order } })) };
      await using at = await scene(open, { script: [both, 'Both are done.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'refund both' });
      const [first] = callsIn(tab);
      await tab.addToolApprovalResponse({ id: approvalOf(first).id, approved: true });
      assert.equal(at.posted.length, 1);
      await tab.sendMessage();
      assert.deepEqual(tab.messages.map(outline), [
        'user: refund both',
        'assistant: refund output-available | refund approval-requested',
      ]);
      assert.deepEqual(at.effects, ['refund A-1']);
      const [, second] = callsIn(tab);
      await tab.addToolApprovalResponse({ id: approvalOf(second).id, approved: true });
      await until(() => tab.status === 'ready' && tab.messages.at(-1)?.parts.at(-1)?.type === 'text');
      assert.deepEqual(at.effects, ['refund A-1', 'refund B-2']);
      assert.equal(tab.messages.length, 2);
    });

    test('a tool of the page', async () => {
      await using at = await scene(open, { script: [{ calls: [{ name: 'locate', input: {} }] }, 'You are in Ulm.'] });
      const tab = at.tab({
        onToolCall: ({ toolCall }) => {
          void tab.addToolOutput({ tool: 'locate', toolCallId: toolCall.toolCallId, output: { city: 'Ulm' } });
        },
      });
      await tab.sendMessage({ text: 'where am I?' });
      await until(() => tab.status === 'ready' && tab.messages.at(-1)?.parts.at(-1)?.type === 'text');
      assert.deepEqual(tab.messages.map(outline), [
        'user: where am I?',
        'assistant: locate output-available | You are in Ulm.',
      ]);
      assert.match(at.model.heard[1]!.join('\n'), /Ulm/);
    });

    test('a tool of the page that failed', async () => {
      await using at = await scene(open, { script: [{ calls: [{ name: 'locate', input: {} }] }, 'Nobody knows.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'where am I?' });
      const [call] = callsIn(tab);
      await tab.addToolOutput({
        tool: 'locate',
        toolCallId: call!.toolCallId,
        state: 'output-error',
        errorText: 'no signal',
      });
      await until(() => tab.status === 'ready' && tab.messages.at(-1)?.parts.at(-1)?.type === 'text');
      assert.deepEqual(tab.messages.map(outline), [
        'user: where am I?',
        'assistant: locate output-error | Nobody knows.',
      ]);
      assert.match(at.model.heard[1]!.join('\n'), /no signal/);
    });

    test('attachments: in base64, and at an address that only the provider fetches', async () => {
      await using at = await scene(open, { script: ['A cat.'] });
      const tab = at.tab();
      const files = [
        {
          type: 'file' as const,
          mediaType: 'image/png',
          filename: 'cat.png',
          url: 'data:image/png;base64,iVBORw0KGgo=',
        },
        { type: 'file' as const, mediaType: 'application/pdf', url: 'https://example.org/a.pdf' },
      ];
      await tab.sendMessage({ text: 'what is this?', files });
      assert.deepEqual(at.model.requests[0]!.messages.at(-1)!.parts, [
        { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'iVBORw0KGgo=' }, name: 'cat.png' },
        { type: 'file', mediaType: 'application/pdf', source: { type: 'url', url: 'https://example.org/a.pdf' } },
        { type: 'text', text: 'what is this?' },
      ]);
      assert.deepEqual((await at.reloaded())[0]!.parts, tab.messages[0]!.parts);
      const inside = [{ type: 'file' as const, mediaType: 'text/plain', url: 'http://169.254.169.254/latest' }];
      await tab.sendMessage({ text: 'and this?', files: inside });
      assert.match(tab.error!.message, /^A file is sent as a data URL/);
      assert.equal(at.model.requests.length, 1);
    });

    test('regenerate, also while a call waits', async () => {
      await using at = await scene(open, { script: ['One.', refund('A-1'), 'Three.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'count' });
      await tab.regenerate();
      assert.deepEqual(tab.messages.map(outline), ['user: count', 'assistant: refund approval-requested']);
      await tab.regenerate({ messageId: tab.messages[1]!.id });
      assert.deepEqual(tab.messages.map(outline), ['user: count', 'assistant: Three.']);
      assert.deepEqual([fresh(tab.messages), at.effects], [fresh(await at.reloaded()), []]);
    });

    test('regenerate is refused once something took effect', async () => {
      await using at = await scene(open, { script: [{ calls: [{ name: 'pay', input: { order: 'A-1' } }] }, 'Paid.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'pay' });
      await tab.regenerate();
      assert.equal(tab.error?.message, 'This cannot be answered anew: pay may have taken effect already.');
      assert.deepEqual(
        [at.effects, (await at.reloaded()).map(outline)],
        [['pay A-1'], ['user: pay', 'assistant: pay output-available | Paid.']],
      );
    });

    test('an old word is edited, twice, and after a reload', async () => {
      await using at = await scene(open, { script: ['One.', 'Two.', 'Three.', 'Four.', 'Five.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'first' });
      await tab.sendMessage({ text: 'second' });
      await tab.sendMessage({ text: 'other first', messageId: tab.messages[0]!.id });
      await tab.sendMessage({ text: 'another first', messageId: tab.messages[0]!.id });
      assert.deepEqual(tab.messages.map(outline), ['user: another first', 'assistant: Four.']);
      const later = at.tab({ messages: await at.reloaded() });
      await later.sendMessage({ text: 'last first', messageId: later.messages[0]!.id });
      assert.deepEqual(later.messages.map(outline), ['user: last first', 'assistant: Five.']);
      assert.deepEqual((await at.reloaded()).map(outline), ['user: last first', 'assistant: Five.']);
    });

    test('a page is loaded anew while a call waits, and decides', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      await at.tab().sendMessage({ text: 'refund' });
      const tab = at.tab({ messages: await at.reloaded() });
      await tab.resumeStream();
      assert.deepEqual([tab.status, callsIn(tab)[0]!.state], ['ready', 'approval-requested']);
      await tab.addToolApprovalResponse({ id: approvalOf(callsIn(tab)[0]).id, approved: true });
      await until(() => tab.status === 'ready' && tab.messages.at(-1)?.parts.at(-1)?.type === 'text');
      assert.deepEqual(tab.messages.map(outline), ['user: refund', 'assistant: refund output-available | Refunded.']);
      assert.deepEqual(at.effects, ['refund A-1']);
    });

    test('a live stream is resumed: the page that went away stopped nothing', async () => {
      const more = Promise.withResolvers<void>();
      const speaking = saying('Once upon ', more.promise, 'a time.');
      await using at = await scene(open, { script: [speaking] });
      const first = at.tab();
      void first.sendMessage({ text: 'a story' });
      await until(() => first.messages.length === 2 && outline(first.messages[1]!) === 'assistant: Once upon ');
      await first.stop();
      const tab = at.tab({ messages: await at.reloaded() });
      const resumed = tab.resumeStream();
      await until(() => tab.status === 'streaming');
      more.resolve();
      await resumed;
      assert.deepEqual(tab.messages.map(outline), ['user: a story', 'assistant: Once upon a time.']);
      assert.equal((await fetch(`${at.api}/${at.key.thread}/stream`)).status, 204);
    });

    test('stop is a command of its own', async () => {
      const never = Promise.withResolvers<void>();
      const speaking: ScriptedTurn = { events: [{ type: 'text', delta: 'Once upon ' }, never.promise] };
      await using at = await scene(open, { script: [speaking, 'Well then.'] });
      const tab = at.tab();
      const sent = tab.sendMessage({ text: 'a story' });
      await until(() => tab.messages.length === 2 && outline(tab.messages[1]!) === 'assistant: Once upon ');
      const answer = await fetch(`${at.api}/${at.key.thread}/stop`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      assert.deepEqual(await answer.json(), { stopped: true });
      await sent;
      assert.deepEqual([tab.status, tab.error], ['ready', undefined]);
      assert.deepEqual(tab.messages.map(outline), ['user: a story', 'assistant: Once upon ']);
      await tab.sendMessage({ text: 'so?' });
      assert.deepEqual(tab.messages.map(outline).slice(2), ['user: so?', 'assistant: Well then.']);
    });

    test('two tabs decide about one call: it runs once, and both see it', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      const one = at.tab();
      await one.sendMessage({ text: 'refund' });
      const other = at.tab({ messages: await at.reloaded() });
      const id = approvalOf(callsIn(one)[0]).id;
      await Promise.all([
        one.addToolApprovalResponse({ id, approved: true }),
        other.addToolApprovalResponse({ id, approved: false }),
      ]);
      await until(() =>
        [one, other].every((tab) => tab.status === 'ready' && tab.messages.at(-1)?.parts.at(-1)?.type === 'text'),
      );
      assert.deepEqual(fresh(one.messages), fresh(other.messages));
      assert.deepEqual(fresh(one.messages), fresh(await at.reloaded()));
      assert.ok(at.effects.length <= 1);
    });

    test('a decision and an edit that were made elsewhere show up', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'refund' });
      const [call] = callsIn(tab);
      const decision = { type: 'approve', input: { order: 'B-2' } } as const;
      await at.runtime.decide(at.key, { call: call!.toolCallId, decision, by: 'bob' });
      await until(async () => (await at.runtime.read(at.key))?.thread.status === 'done');
      // It decides too, and too late.
      await tab.addToolApprovalResponse({ id: approvalOf(call).id, approved: false });
      await until(() => tab.status === 'ready' && tab.messages.at(-1)?.parts.at(-1)?.type === 'text');
      assert.deepEqual(tab.messages.map(outline), ['user: refund', 'assistant: refund output-available | Refunded.']);
      const [then] = callsIn(tab);
      assert.deepEqual([then!.input, approvalOf(then).approved, at.effects], [{ order: 'B-2' }, true, ['refund B-2']]);
    });

    test('a client edits what it approves', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'refund' });
      const [call] = callsIn(tab);
      const body = { edits: { [call!.toolCallId]: { order: 'C-3' } } };
      await tab.addToolApprovalResponse({ id: approvalOf(call).id, approved: true, options: { body } });
      await until(() => tab.status === 'ready' && tab.messages.at(-1)?.parts.at(-1)?.type === 'text');
      assert.deepEqual([callsIn(tab)[0]!.input, at.effects], [{ order: 'C-3' }, ['refund C-3']]);
    });

    test('somebody speaks before they decide: the word waits, and both are answered', async () => {
      await using at = await scene(open, { script: [refund('A-1'), 'Refunded, and hello.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'refund' });
      const { id } = approvalOf(callsIn(tab)[0]);
      await tab.sendMessage({ text: 'hello?' });
      assert.deepEqual(tab.messages.map(outline), [
        'user: refund',
        'assistant: refund approval-requested',
        'user: hello?',
      ]);
      await tab.addToolApprovalResponse({ id, approved: true });
      await tab.sendMessage();
      assert.deepEqual(at.effects, ['refund A-1']);
      assert.equal(outline(tab.messages[1]!), 'assistant: refund output-available | Refunded, and hello.');
      assert.equal((await at.reloaded()).length, 4);
    });

    test('who may not decide is told so, and nothing runs (D7)', async () => {
      await using at = await scene(open, { script: [refund('A-1')], scopes: ['read', 'send'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'refund' });
      await tab.addToolApprovalResponse({ id: approvalOf(callsIn(tab)[0]).id, approved: true });
      await until(() => tab.status === 'error');
      assert.equal(tab.error!.message, 'You may not decide about calls.');
      assert.deepEqual([at.effects, (await at.runtime.read(at.key))?.thread.status], [[], 'paused']);
    });

    test('an answer that broke is told by its code, and can be had again', async () => {
      const broken: ScriptedTurn = { text: 'Half', error: new TypeError('password hunter2') };
      await using at = await scene(open, { script: [broken, 'Whole.'] });
      const tab = at.tab();
      await tab.sendMessage({ text: 'hi' });
      assert.equal(tab.error!.message, 'The run failed: provider.');
      await tab.regenerate();
      assert.deepEqual([tab.messages.map(outline), tab.error], [['user: hi', 'assistant: Whole.'], undefined]);
    });
  });
}

/** Messages as JSON knows them; words have the ids that their client gave them, or those of the server. */
function fresh<Message extends { readonly role: string }>(messages: readonly Message[]): readonly unknown[] {
  const plain = JSON.parse(JSON.stringify(messages)) as { role: string; id: string }[];
  return plain.map(({ id, ...rest }) => ({ ...rest, ...(rest.role === 'assistant' && { id }) }));
}

function approvalOf(part: unknown): { readonly id: string; readonly approved?: boolean; readonly reason?: string } {
  return (part as { approval: { id: string } }).approval;
}
