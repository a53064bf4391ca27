import { createChat, tool } from 'yourcall';
import { createRuntime } from 'yourcall/runtime';
import { sqliteStore } from 'yourcall/sqlite';
import { scripted } from 'yourcall/testing';

const refund = tool({
  description: 'Refund an order',
  effect: 'once',
  policy: { ask: { reason: 'over 50', risk: 'money' } },
  run: () => 'Refunded.',
});
const model = scripted([{ calls: [{ name: 'refund', input: {} }] }, 'It was refused.'], { turnBy: 'answers' });
const chat = createChat({ model, tools: { refund } });

const auditSecret = process.env['YOURCALL_AUDIT_SECRET'] ?? 'only for this example';
const store = sqliteStore(':memory:', { auditSecret });
await using runtime = createRuntime({ chat, store, work: false });

const thread = await runtime.threads.create({ tenant: 'acme' });
await runtime.send(thread, 'Refund order A-17, please.');
await runtime.tick({ budget: 0 });

const { items } = await runtime.inbox({ tenant: 'acme', principal: 'bob' });
const decision = { type: 'reject', reason: 'it was refunded in May' } as const;
await runtime.decide(thread, { call: items[0]!.call.id, decision, by: 'bob' });

// Who decided what, why, and what was asked.
const { items: entries } = await runtime.audit({ tenant: 'acme' });
for (const { decided } of entries) {
  console.log(decided?.by, decided?.decision, decided?.name, decided?.requirements);
}

// Nobody without the secret has changed, added, moved or deleted an entry.
const { broken } = await runtime.verifyAudit({ tenant: 'acme', secret: auditSecret });
console.log(broken ? `broken at ${broken.thread}, ${broken.place}: ${broken.reason}` : 'whole');

// The person's name, the reason and what was asked are gone; that somebody decided stays, and can still be verified.
await runtime.threads.erase(thread);
const { items: links } = await runtime.audit({ tenant: 'acme' });
console.log(links.map(({ decided, place }) => ({ place, decided })));
console.log(await runtime.verifyAudit({ tenant: 'acme', secret: auditSecret }));
