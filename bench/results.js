/** What was measured: for each client, measure and setup the figures of every round. */
export class Results {
  #rounds = new Map();
  #failed = new Set();

  add(client, measure, setup, figures) {
    this.of(client, measure, setup).push(figures);
  }

  of(client, measure, setup) {
    const key = `${client} ${measure} ${setup}`;
    let rounds = this.#rounds.get(key);
    if (!rounds) this.#rounds.set(key, (rounds = []));
    return rounds;
  }

  fail(client, measure, setup) {
    this.#failed.add(`${client} ${measure} ${setup}`);
  }

  hasFailed(client, measure, setup) {
    return this.#failed.has(`${client} ${measure} ${setup}`);
  }
}
