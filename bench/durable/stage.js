import { Actor } from './actor.js';

/** The processes of a measure, and where their threads are. Whatever becomes of it, all of them end. */
export class Stage {
  #place;
  #actors = [];
  #isOver = false;
  #failure = Promise.withResolvers();

  constructor(place) {
    this.#place = place;
  }

  /** Rejects as soon as a process fails, whoever is waited for. */
  get failure() {
    return this.#failure.promise;
  }

  /** Starts a process, and waits until it is ready. */
  async start(role, setup) {
    if (this.#isOver) throw new Error(`Starting a process that plays ${role}: the measure is over.`);
    const actor = new Actor(role, { place: this.#place, ...setup }, this.#failure.reject);
    this.#actors.push(actor);
    actor.ready = await actor.hear('ready');
    return actor;
  }

  async end() {
    this.#isOver = true;
    await Promise.all(this.#actors.map((actor) => actor.end()));
  }
}

/** Plays a measure on a stage of its own, within a time limit in milliseconds. */
export async function staged(place, limit, play) {
  const stage = new Stage(place);
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${limit / 1000} s.`)), limit);
  });
  try {
    return await Promise.race([play(stage), stage.failure, late]);
  } finally {
    clearTimeout(timer);
    await stage.end();
  }
}
