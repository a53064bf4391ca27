import { grantScopes } from '../../conversation/grant.ts';
import type { GrantScope } from '../../conversation/grant.ts';
import type { GrantOffer, GrantWish } from '../../conversation/grant-offer.ts';
import { isObject } from '../../conversation/json.ts';
import type { JsonObject } from '../../conversation/json.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { callIn } from '../deciding.ts';
import type { Asked } from '../dialect.ts';
import { grantAs, grantOffer, grantsOf, revokeAs } from '../granting.ts';
import { Problem } from '../problem.ts';
import { bodyWith } from './fields.ts';
import { answer, objectOf } from './operation.ts';
import type { Operation } from './operation.ts';

const wish = { choice: { type: 'string' }, scope: { enum: [...grantScopes] } } as const;

/** What a decision may say beside it: what is granted with the approval. */
export const grantWish: JsonObject = objectOf(wish);

/** What people grant, so that calls like one they saw ask no more. */
export const grantOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/threads/:thread/calls/:call/grants',
    action: 'decide',
    summary: 'What may be granted after this call as it stands, or why nothing may.',
    gives: { 200: 'GrantOffer' },
    handle: async (asked) => answer(grantOffer(asked.grants, (await callOf(asked)).call)),
  },
  {
    method: 'POST',
    path: '/threads/:thread/calls/:call/grants',
    action: 'decide',
    summary: 'Grants what is offered after this call, by the id of a choice; the call itself is decided as it was.',
    takes: grantWish,
    gives: { 201: 'Grant' },
    handle: grant,
  },
  {
    method: 'GET',
    path: '/grants',
    action: 'decide',
    summary: 'Lists what whoever asks has granted, the oldest first; with the right to manage what anybody has.',
    query: ['thread'],
    gives: { 200: 'Grants' },
    handle: list,
  },
  {
    method: 'DELETE',
    path: '/grants/:grant',
    action: 'decide',
    summary: 'Takes a grant back; what somebody else has given takes the right to manage.',
    gives: { 204: '' },
    handle: revoke,
  },
];

/** What may be granted with an approval of a call that waits for one, told beside it to whoever may decide. */
export function offerBeside({ who, grants }: Asked, call: ToolCall): { readonly grants?: GrantOffer } {
  const waits = call.state === 'awaiting-approval' || call.state === 'snoozed';
  return grants && waits && who.scopes.includes('decide') ? { grants: grantOffer(grants, call) } : {};
}

/** What is granted, as a body says it. Throws `malformed`. */
export function wishIn(value: unknown): GrantWish {
  if (!isObject(value)) throw new Problem('malformed', 'grant is not an object.');
  const { choice, scope } = bodyWith(value, ['choice', 'scope']);
  if (typeof choice !== 'string') throw new Problem('malformed', 'choice is not the id of one that was offered.');
  if (!isScope(scope)) throw new Problem('malformed', `scope is not one of ${grantScopes.join(', ')}.`);
  return { choice, scope };
}

function isScope(value: unknown): value is GrantScope {
  return (grantScopes as readonly unknown[]).includes(value);
}

async function callOf(asked: Asked): Promise<{ readonly thread: string; readonly call: ToolCall }> {
  const { thread, messages } = await asked.thread();
  const call = callIn(messages, asked.params['call'] ?? '');
  if (!call) throw new Problem('not-found', 'There is no such call in the thread.');
  return { thread: thread.thread, call };
}

async function grant(asked: Asked): Promise<Response> {
  const wanted = wishIn(asked.body);
  const became = await grantAs(asked.grants, { who: asked.who, ...(await callOf(asked)) }, wanted);
  if (became.type === 'refused') throw new Problem('conflict', `Nothing was granted: ${became.because}.`);
  return answer(became.grant, 201);
}

async function list({ who, grants, query }: Asked): Promise<Response> {
  const thread = query.get('thread');
  const all = await grantsOf(grants, who);
  return answer({ items: thread === null ? all : all.filter(({ from }) => from?.thread === thread) });
}

async function revoke({ who, grants, params }: Asked): Promise<Response> {
  if (await revokeAs(grants, who, params['grant'] ?? '')) return new Response(null, { status: 204 });
  throw new Problem('not-found', 'There is no such grant.');
}
