import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { moment } from './moment.js';

/** A process of its own that plays a role of a measure (`roles/`), and says what it has seen. */
export class Actor {
  #role;
  #child;
  #exit;
  #onFailure;
  #failure;
  #heard = [];
  #waiting = [];

  /** `onFailure` is told when it ends and nobody has killed it. */
  constructor(role, setup, onFailure) {
    this.#role = role;
    this.#onFailure = onFailure;
    const file = join(import.meta.dirname, 'role.js');
    this.#child = fork(file, [role, JSON.stringify(setup)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (message) => this.#hear(message));
    this.#child.on('error', (error) => this.#fail(error.message));
    this.#exit = once(this.#child, 'close').then(([code]) => this.#fail(`it ended with ${code}.`));
  }

  /** The next thing that it says of this kind. Throws when it has ended before. */
  hear(type) {
    const index = this.#heard.findIndex((message) => message.type === type);
    if (index !== -1) return Promise.resolve(this.#heard.splice(index, 1)[0]);
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiting.push({ type, resolve, reject }));
  }

  tell(message) {
    this.#child.send(message);
  }

  /** Gives the moment before it was killed. */
  kill() {
    const at = moment();
    this.#child.kill('SIGKILL');
    return at;
  }

  /** Whatever it was doing, it is gone. */
  async end() {
    this.kill();
    await this.#exit;
  }

  #hear(message) {
    if (message.type === 'failed') return this.#fail(message.why);
    const index = this.#waiting.findIndex(({ type }) => type === message.type);
    if (index === -1) this.#heard.push(message);
    else this.#waiting.splice(index, 1)[0].resolve(message);
  }

  #fail(why) {
    if (this.#failure) return;
    this.#failure = new Error(`The process that plays ${this.#role}: ${why}`);
    if (!this.#child.killed) this.#onFailure(this.#failure);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
