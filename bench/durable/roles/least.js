import { DatabaseSync } from 'node:sqlite';
import { messagesOf } from '../threads.js';

const call = { id: 'c1', name: 'act', arguments: '{"q":"x"}' };

/**
 * The floor of `cycles.js`: what any program must do at least that is to pause and go on in a file, in another process, and
 * to know that its tool was started. It reads the talk, and appends to it; nobody else may write there.
 */
export async function play({ place, old, warm, times }, post) {
  const file = new DatabaseSync(`${place.at}-floor`);
  file.exec('pragma journal_mode = wal; pragma synchronous = full');
  file.exec('create table said (thread text, place integer, json text, primary key (thread, place)) without rowid');
  post({ type: 'ready' });
  let spent = 0;
  for (let i = 0; i < warm + times; i += 1) {
    const talk = new Talk(file, crypto.randomUUID());
    talk.begin(messagesOf(old));
    const began = process.cpuUsage();
    talk.pause();
    talk.goOn();
    const { user, system } = process.cpuUsage(began);
    if (i >= warm) spent += (user + system) / 1_000;
    if (talk.read().at(-1).parts[0].text !== 'done') throw new Error('The talk did not end.');
  }
  file.close();
  post({ type: 'figures', milliseconds: spent / times });
}

class Talk {
  #thread;
  #insert;
  #select;

  constructor(file, thread) {
    this.#thread = thread;
    this.#insert = file.prepare('insert into said values (?, ?, ?)');
    this.#select = file.prepare('select json from said where thread = ? order by place');
  }

  begin(messages) {
    for (const [place, message] of messages.entries()) this.#write(place, message);
  }

  /** The word, the answer of the model, and that its call waits. */
  pause() {
    const { length } = this.read();
    const answer = { id: 'm-b', role: 'assistant', parts: [{ type: 'tool', call }], at: Date.now() };
    this.#write(length, { id: 'm-a', role: 'user', parts: [{ type: 'text', text: 'go' }], at: Date.now() });
    this.#write(length + 1, { ...answer, waits: [call.id] });
  }

  /** The decision, the start of the tool, its result, and the last word. */
  goOn() {
    const { length } = this.read();
    this.#write(length, { call: call.id, decision: 'approve', by: 'ann', state: 'running' });
    const result = { call: call.id, state: 'completed', output: 'ok' };
    this.#write(length + 1, { ...result, id: 'm-c', role: 'assistant', parts: [{ type: 'text', text: 'done' }] });
  }

  read() {
    return this.#select.all(this.#thread).map(({ json }) => JSON.parse(json));
  }

  #write(place, row) {
    this.#insert.run(this.#thread, place, JSON.stringify(row));
  }
}
