/** What was measured: for each client and job (measure, wire and setup) the figures of every round. */
export class Results {
  #rounds = new Map();
  #failed = new Set();

  add(client, job, figures) {
    this.of(client, job).push(figures);
  }

  of(client, job) {
    const key = keyOf(client, job);
    let rounds = this.#rounds.get(key);
    if (!rounds) this.#rounds.set(key, (rounds = []));
    return rounds;
  }

  fail(client, job) {
    this.#failed.add(keyOf(client, job));
  }

  hasFailed(client, job) {
    return this.#failed.has(keyOf(client, job));
  }
}

function keyOf(client, { measure, wire, setup }) {
  return `${client} ${measure} ${wire} ${setup}`;
}
