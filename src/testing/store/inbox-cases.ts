import type { Person } from '../../conversation/addressee.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import { allOf } from '../../store/page.ts';
import type { Requirement } from '../../conversation/requirement.ts';
import type { CallFacts, CallStanding } from '../../conversation/tool-call.ts';
import type { Store } from '../../store/store.ts';
import type { ThreadKey } from '../../store/thread.ts';
import { append, begin, equal, key, word } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** What each person is shown of what waits. */
export const inboxCases: readonly StageCase[] = [
  { name: 'a call is put to its approvers, by their names and groups, else to anybody (X1)', run: named },
  { name: 'what whoever asked may not decide is not put to them, nor to somebody unknown (D7, X1)', run: barred },
  { name: 'a call of which a part is met is put to those whose word is still missing (D4, X1)', run: halfMet },
  { name: 'a question is put to whoever the model speaks with, a doubt to all its approvers (D7, X1)', run: asked },
  { name: 'a call that is settled, withdrawn or erased is put to nobody; one put off waits since then', run: left },
  { name: 'of a thousand calls that wait a person pages through their few, none of them twice (X1)', run: paged },
  { name: 'a name may be anything, however long (E6)', run: oddNames },
];

interface Asking {
  readonly author?: string;
  readonly requirements?: readonly Requirement[];
}

/** A word, and an answer that makes a call which waits for a person. */
function asking(call: string, { author, requirements = [] }: Asking = {}): readonly ChatEvent[] {
  const said = { id: `${call}-word`, role: 'user', parts: [], at: 1, ...(author !== undefined && { author }) } as const;
  return [{ type: 'message', message: said }, ...answer(`${call}-answer`, [call], requirements)];
}

function answer(id: string, calls: readonly string[], requirements: readonly Requirement[]): readonly ChatEvent[] {
  const proposed = calls.map((call, part): ChatEvent => {
    const facts = { id: call, name: 'pay', revision: 1, arguments: '{}', input: {}, state: 'proposed' } as const;
    return { type: 'tool', message: id, part, call: facts };
  });
  const waits = calls.map((call) => moved(call, 2, { state: 'awaiting-approval', requirements }));
  return [{ type: 'message', message: { id, role: 'assistant', parts: [], at: 2 } }, ...proposed, ...waits];
}

function moved(id: string, revision: number, to: CallStanding & Partial<CallFacts>): ChatEvent {
  return { type: 'tool', call: { ...to, id, name: 'pay', revision } };
}

/** The calls that a person is shown, or all of them. */
async function shown(store: Store, person?: Person, thread?: ThreadKey): Promise<readonly string[]> {
  const calls: string[] = [];
  const which = { tenant: key.tenant, ...(person && { person }), ...thread };
  for await (const { call } of allOf((more) => store.waiting({ ...which, ...more }))) calls.push(call.id);
  return calls;
}

const ann: Person = { by: 'ann' };
const bob: Person = { by: 'bob', groups: ['clerks', 'finance'] };

async function named({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, asking('c1', { requirements: [{ approvers: ['ann', 'finance'] }] }));
  await append(store, asking('c2', { requirements: [{ approvers: ['clerks', 'finance'] }, { approvers: ['ann'] }] }));
  await append(store, asking('c3', { requirements: [{ reason: 'large' }] }));
  await append(store, asking('c4', { requirements: [{ approvers: [] }] }));
  equal(await shown(store, ann), ['c1', 'c2', 'c3'], 'what ann is shown');
  equal(await shown(store, bob), ['c1', 'c2', 'c3'], 'what bob is shown by his groups, each once');
  equal(await shown(store, { by: 'kim' }), ['c3'], 'what somebody else is shown');
  equal(await shown(store, {}), ['c3'], 'what nobody in particular is shown');
  equal(await shown(store), ['c1', 'c2', 'c3', 'c4'], 'what is there');
  const rival = await store.waiting({ tenant: 'rival', person: ann });
  equal(rival.items, [], 'what ann is shown of another tenant');
  const elsewhere = await store.waiting({ tenant: key.tenant, thread: 't2', person: ann });
  equal(elsewhere.items, [], 'what she is shown of another thread');
}

async function barred({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const notBy = 'requester';
  await append(store, asking('c1', { author: 'ann', requirements: [{ notBy }] }));
  await append(store, asking('c2', { author: 'bob', requirements: [{ notBy, approvers: ['ann', 'finance'] }] }));
  await append(store, asking('c3', { requirements: [{ notBy }] }));
  await append(store, asking('c4', { author: 'ann', requirements: [{ notBy }, { approvers: ['ann'] }] }));
  equal(await shown(store, ann), ['c2', 'c3', 'c4'], 'what ann is shown');
  equal(await shown(store, bob), ['c1', 'c3', 'c4'], 'what bob is shown');
  equal(await shown(store, {}), [], 'what nobody in particular is shown');
  equal(await shown(store, { groups: ['finance'] }), [], 'nor somebody who only has a group');
}

async function halfMet({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const [finance, security] = [{ approvers: ['finance'] }, { approvers: ['security'] }];
  const both = { by: 'kim', groups: ['security'] };
  await append(store, asking('c1', { requirements: [finance, security] }));
  equal([await shown(store, bob), await shown(store, both)], [['c1'], ['c1']], 'before');
  const met = { ...finance, met: { by: 'bob', at: 3 } };
  await append(store, [moved('c1', 3, { state: 'awaiting-approval', requirements: [met, security] })]);
  equal([await shown(store, bob), await shown(store, both)], [[], ['c1']], 'when one has agreed');
  const missing = { state: 'awaiting-approval', because: 'tool-missing' } as const;
  const all = [met, { ...security, met: { by: 'kim', at: 4 } }];
  await append(store, [moved('c1', 4, { state: 'approved', by: 'person', requirements: all })]);
  equal(await shown(store), [], 'when all have');
  await append(store, [moved('c1', 5, missing)]);
  equal([await shown(store, bob), await shown(store, both)], [['c1'], ['c1']], 'when its tool is missing (C1)');
}

async function asked({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const approvers = ['finance'];
  for (const call of ['c1', 'c2']) await append(store, asking(call, { author: 'ann', requirements: [{ approvers }] }));
  await append(store, asking('c3'));
  const attempt = { number: 1, startedAt: 1, deadline: 2 };
  for (const call of ['c1', 'c2', 'c3']) {
    await append(store, [
      moved(call, 3, { state: 'approved', by: 'person', requirements: [{ approvers, met: { at: 3 } }] }),
      moved(call, 4, { state: 'running', attempt }),
    ]);
  }
  await append(store, [moved('c1', 5, { state: 'awaiting-input', question: 'Which?', schema: {} })]);
  await append(store, [moved('c2', 5, { state: 'in-doubt', reason: 'crash' })]);
  await append(store, [moved('c3', 5, { state: 'awaiting-result' })]);
  equal(
    [await shown(store, ann), await shown(store, bob)],
    [
      ['c1', 'c3'],
      ['c2', 'c3'],
    ],
    'what they are shown',
  );
}

async function left({ store, wait }: StoreUnderTest): Promise<void> {
  await begin(store);
  for (const call of ['c1', 'c2', 'c3']) await append(store, asking(call, { requirements: [{ approvers: ['ann'] }] }));
  await wait(5);
  await append(store, [moved('c1', 3, { state: 'snoozed', until: 9e15 })]);
  equal(await shown(store, ann), ['c2', 'c3', 'c1'], 'what was put off');
  await append(store, [moved('c2', 3, { state: 'rejected' })]);
  equal(await shown(store, ann), ['c3', 'c1'], 'what was rejected');
  await append(store, [{ type: 'rewind', message: 'c3-answer' }]);
  equal(await shown(store, ann), ['c1'], 'what was withdrawn');
  const again = asking('c3', { requirements: [{ approvers: ['ann'] }] });
  equal((await append(store, again.slice(1))).type, 'appended', 'the same call again, of which nothing is left');
  equal(await store.erase(key), 'erased', 'the erasure');
  equal([await shown(store, ann), await shown(store)], [[], []], 'what was erased');
  await begin(store);
  equal((await append(store, again)).type, 'appended', 'the same thread again');
  equal(await shown(store, ann), ['c3'], 'what waits in it');
}

async function paged({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const mine = ['c0099', 'c0299', 'c0499', 'c0699', 'c0899', 'c0999'];
  const events = Array.from({ length: 1_000 }, (_, index) => {
    const call = `c${String(index).padStart(4, '0')}`;
    const approvers = mine.includes(call) ? ['ann', 'clerks'] : ['others'];
    return answer(`${call}-answer`, [call], [{ approvers }]);
  });
  await append(store, [word('m1'), ...events.flat()]);
  const person = { by: 'ann', groups: ['clerks'] };
  const pages: (readonly string[])[] = [];
  for (let after: string | undefined, isMore = true; isMore; isMore = after !== undefined) {
    const page = await store.waiting({ tenant: key.tenant, person, limit: 3, ...(after !== undefined && { after }) });
    pages.push(page.items.map(({ call }) => call.id));
    after = page.next;
  }
  equal(pages, [mine.slice(0, 3), mine.slice(3)], 'the pages');
  equal((await shown(store)).length, 1_000, 'what waits at all');
}

async function oddNames({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const names = ['', 'null', 'NUL \0', 'half \ud800', '"ann"', 'x'.repeat(10_000), `${'x'.repeat(10_000)}y`];
  for (const [index, name] of names.entries()) {
    await append(store, asking(`c${index}`, { requirements: [{ approvers: [name] }] }));
  }
  for (const [index, by] of names.entries()) equal(await shown(store, { by }), [`c${index}`], `what ${index} is shown`);
  equal(await shown(store, {}), [], 'what nobody in particular is shown');
}
