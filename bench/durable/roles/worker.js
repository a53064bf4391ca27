import { createRuntime } from 'yourcall/runtime';
import { shop, speaker } from '../chats.js';
import { moment } from '../moment.js';
import { openStore } from '../store.js';
import { Pacer } from '../tokens.js';

/** A process that advances threads: it tells when a model is asked, and when it is asked for that, what it has done. */
export async function play({ place, chat, options, ...talk }, post) {
  const store = await openStore(place);
  const started = [];
  const speaking = new Speaking(talk, (word) => post({ type: 'asked', word, at: moment() }));
  const chats = {
    shop: () => shop((_, { call }) => `${started.push({ call: call.id, at: moment() })}`),
    speaker: () => speaker((word) => speaking.answer(word)),
  };
  process.on('message', ({ type }) => {
    if (type === 'begin') speaking.begin();
    if (type === 'report') post({ type: 'report', started, ...speaking.report() });
  });
  createRuntime({ chat: chats[chat](), store, ...options });
  post({ type: 'ready' });
}

/** What the models of a process say: so many tokens each, at once or when they are told to begin. */
class Speaking {
  #talk;
  #onAsked;
  #pacer = new Pacer();
  #begin = Promise.withResolvers();
  #used;
  #answers = 0;

  constructor({ waits = false, ...talk }, onAsked) {
    this.#talk = talk;
    this.#onAsked = onAsked;
    if (!waits) this.begin();
  }

  begin() {
    this.#used = process.cpuUsage();
    this.#begin.resolve(moment());
  }

  /** Of several streams each begins a little after the one before, the last about `spread` milliseconds behind the first. */
  async *answer(word) {
    const { tokens, gap, spread = 0, streams = 1 } = this.#talk;
    const place = this.#answers;
    this.#answers += 1;
    this.#onAsked(word);
    // No two of them say their tokens in step.
    const behind = (spread * place) / streams + ((place * 0.618) % 1) * gap;
    const began = await this.#begin.promise;
    yield* this.#pacer.speak({ tokens, gap, from: Math.max(began, moment()) + behind });
  }

  /** How many tokens were said, and the CPU since the beginning, in percent of the time that one answer takes. */
  report() {
    const { tokens, gap } = this.#talk;
    const { user, system } = process.cpuUsage(this.#used);
    return { said: this.#pacer.said, percent: (user + system) / 10 / (tokens * gap) };
  }
}
