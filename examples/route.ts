import { Conversation, createChat, tool, toResponse } from 'yourcall';
import { scripted } from 'yourcall/testing';

const water = tool({ description: 'Water the plants', run: () => 'Watered.' });
const model = scripted([{ text: 'I shall.', calls: [{ name: 'water', input: {} }] }, 'All is wet.']);
const chat = createChat({ model, tools: { water } });

// One object for each conversation in this process: in memory that is what keeps a tool from running twice.
const conversations = new Map<string, Conversation>();

/** A route of any server that takes a Request and gives a Response. Ask first who it is: here everybody is Ann. */
async function route(request: Request): Promise<Response> {
  // A client says words and decisions. It never sends messages, calls or who it is.
  const { thread, text, call, decision } = await request.json();
  const conversation = conversations.get(thread) ?? new Conversation({ id: thread });
  conversations.set(thread, conversation);

  // By its id alone, a call is decided as it stands now; `pausing.md` says how a decision is bound to what was shown.
  if (call !== undefined) return Response.json(await chat.decide(conversation, String(call), decision, { by: 'ann' }));
  if (text !== undefined) conversation.say(String(text), { author: 'ann' });
  return toResponse(chat.stream(conversation), { signal: request.signal });
}

async function post(body: object): Promise<Response> {
  return route(new Request('http://localhost/chat', { method: 'POST', body: JSON.stringify(body) }));
}

const first = await (await post({ thread: 't1', text: 'Water the plants' })).text();
const { approvals } = JSON.parse(/event: paused\ndata: (.*)/.exec(first)?.[1] ?? '');
const decided = await post({ thread: 't1', call: approvals[0], decision: { type: 'approve' } });
console.log((await decided.json()).type);
const second = await (await post({ thread: 't1' })).text();
console.log([...first.matchAll(/^event: (.*)$/gm)].map(([, type]) => type).join(' '));
console.log([...second.matchAll(/^event: (.*)$/gm)].map(([, type]) => type).join(' '));
