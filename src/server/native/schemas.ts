import type { JsonObject } from '../../conversation/json.ts';
import { grantScopes } from '../../conversation/grant.ts';
import { objectOf } from './operation.ts';

const text = { type: 'string' } as const;
const time = { type: 'integer', description: 'Milliseconds since the epoch.' } as const;
const moment = { type: 'string', format: 'date-time' } as const;
const anything = {} as const;
const list = (items: JsonObject): JsonObject => ({ type: 'array', items });
const page = (items: JsonObject): JsonObject => objectOf({ items: list(items), 'next?': text });
const one = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const kind = (name: string | true): JsonObject => ({ const: name });

const right: JsonObject = { enum: ['read', 'send', 'answer', 'decide', 'manage'] };

const message = objectOf({
  id: text,
  role: { enum: ['system', 'user', 'assistant'] },
  parts: list(objectOf({ type: text })),
  at: time,
  'author?': text,
});

/** Members that are withheld from whoever may not decide, or all of it; a call without it keeps nothing to itself. */
const sensitive: JsonObject = { oneOf: [kind(true), list(text)] };

const call = objectOf({
  id: text,
  name: text,
  state: text,
  revision: { type: 'integer' },
  arguments: text,
  'sensitive?': sensitive,
});

const schema: JsonObject = { type: 'object', description: 'A JSON Schema.' };

const tool = objectOf({
  name: text,
  'title?': text,
  'description?': text,
  'input?': schema,
  'output?': schema,
  effect: { enum: ['read', 'idempotent', 'once', 'undeclared'] },
  'providerExecuted?': { const: true },
});

const waiting = {
  call: one('ToolCall'),
  seen: { ...text, description: 'Handed in with a decision about it.' },
  'key?': { ...text, description: 'The idempotency key that its attempts had; for those who decide.' },
  'grants?': one('GrantOffer'),
};

const decision: JsonObject = {
  oneOf: [
    objectOf({ type: kind('approve'), 'input?': anything, 'notBefore?': moment }),
    objectOf({ type: kind('reject'), 'reason?': text }),
    objectOf({ type: kind('answer'), output: anything }),
    objectOf({ type: kind('snooze'), until: moment }),
    objectOf({ type: kind('happened'), output: anything }),
    objectOf({ type: { enum: ['did-not-happen', 'run-again', 'abandon'] } }),
  ],
};

const rule = objectOf({
  decision: kind('allow'),
  tool: text,
  'when?': { type: 'object' },
  'only?': { const: true },
});

const scope = { enum: [...grantScopes] } as const;

const grant = objectOf({
  id: text,
  rule,
  scope,
  at: time,
  'by?': text,
  'from?': objectOf({ thread: text, call: text }),
  'call?': text,
  'thread?': text,
  'expiresAt?': time,
});

const refused = objectOf({ type: kind('refused'), because: text });

const offer: JsonObject = {
  oneOf: [
    objectOf({ type: kind('offered'), choices: list(objectOf({ id: text, says: text, rule })), scopes: list(scope) }),
    refused,
  ],
};

const decided: JsonObject = {
  oneOf: [
    objectOf({ type: kind('not-found') }),
    objectOf({ type: { enum: ['applied', 'stale', 'expired'] }, call: one('ToolCall'), 'grant?': one('GrantAnswer') }),
    objectOf({ type: kind('already'), call: one('ToolCall'), earlier: objectOf({ at: time }) }),
    objectOf({ type: kind('invalid'), call: one('ToolCall'), issues: list(objectOf({ message: text })) }),
    objectOf({ type: kind('forbidden'), call: one('ToolCall'), reason: text }),
    objectOf({ type: kind('too-early'), call: one('ToolCall'), until: time }),
  ],
};

const auditEntry = objectOf({
  thread: text,
  place: { type: 'integer' },
  at: time,
  who: text,
  digest: text,
  link: text,
});

const trailEnd = objectOf({
  count: { type: 'integer' },
  at: time,
  link: text,
  isKeyed: { type: 'boolean' },
  seal: text,
});

const walked = { trails: { type: 'integer' }, entries: { type: 'integer' }, isKeyed: { type: 'boolean' } } as const;

const broken = objectOf({
  type: { enum: ['changed', 'missing', 'order', 'end', 'unkeyed'] },
  tenant: text,
  thread: text,
  place: { type: 'integer' },
  reason: text,
});

const checkedAudit: JsonObject = {
  oneOf: [
    objectOf({ type: kind('whole'), ...walked }),
    objectOf({ type: kind('broken'), ...walked, broken }),
    objectOf({ type: kind('secret-missing') }),
  ],
};

/** The shapes that the native API speaks of, by their names. */
export const schemas: Readonly<Record<string, JsonObject>> = {
  Me: objectOf({ principal: text, tenant: text, scopes: list(right), 'groups?': list(text) }),
  Thread: objectOf({
    id: text,
    chat: text,
    status: { enum: ['new', 'working', 'paused', 'done', 'failed'] },
    createdAt: time,
    updatedAt: time,
    'owner?': text,
    'title?': text,
    'archivedAt?': time,
    'error?': text,
    'within?': list(objectOf({ thread: text, call: text })),
  }),
  Threads: page(one('Thread')),
  Message: message,
  ToolCall: call,
  ReadThread: objectOf({
    thread: one('Thread'),
    messages: list(one('Message')),
    waiting: list(objectOf({ ...waiting, 'askedBy?': text })),
    cursor: text,
  }),
  Tools: objectOf({ tools: list(tool) }),
  Sent: objectOf({ type: { enum: ['sent', 'queued'] }, message: one('Message'), 'behind?': list(text) }),
  Rewound: objectOf({ withdrawn: list(text) }),
  Stopped: objectOf({ stopped: { type: 'boolean' } }),
  Decision: decision,
  DecisionAnswers: objectOf({ answers: list(decided) }),
  GrantOffer: offer,
  Grant: grant,
  Grants: objectOf({ items: list(one('Grant')) }),
  GrantAnswer: { oneOf: [objectOf({ type: kind('granted'), grant: one('Grant') }), refused] },
  Inbox: page(objectOf({ ...waiting, thread: one('Thread'), message: text, since: time })),
  Audit: page(auditEntry),
  Trails: page(objectOf({ tenant: text, thread: text, 'end?': trailEnd, entries: list(auditEntry) })),
  CheckedAudit: checkedAudit,
  Health: objectOf({ status: kind('ok') }),
  OpenApi: objectOf({ openapi: text, paths: { type: 'object' } }),
  Problem: objectOf({
    type: text,
    title: text,
    status: { type: 'integer' },
    detail: text,
    code: text,
    'errorId?': text,
  }),
};
