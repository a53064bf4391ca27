import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Stands between a client and its Postgres, and can cut the connection at a commit, or lose what is notified. */
export interface PostgresProxy {
  readonly connectionString: string;
  /** Cuts a connection that commits, the next one or a later: before Postgres hears of it, or before its answer comes back. */
  cutCommit(moment: 'before' | 'after', number?: number): void;
  /** From now on no notification comes through. */
  loseNotifications(): void;
  /** Whatever is connected now hears nothing more and says nothing more, and nobody ends it. Who connects later is served. */
  silence(): void;
  /** How often somebody who listens has heard a test of that. */
  readonly tests: number;
  /** How many connections were cut. */
  readonly cuts: number;
  stop(): Promise<void>;
}

/** Starts one on loopback. */
export async function startProxy(connectionString: string): Promise<PostgresProxy> {
  const target = new URL(connectionString);
  const sockets = new Set<Socket>();
  const state = { moment: undefined as 'before' | 'after' | undefined, left: 0, cuts: 0, loses: false, tests: 0 };
  const silent = new WeakSet<Socket>();
  const isLost = (message: Buffer): boolean => {
    const isNotification = message[0] === 'A'.charCodeAt(0);
    if (isNotification && message.includes('test ')) state.tests += 1;
    return isNotification && state.loses;
  };
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    const answers = new Answers();
    let isMute = false;
    const cut = (): void => {
      state.cuts += 1;
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
    client.on('data', (bytes) => {
      if (silent.has(client)) return;
      const { moment } = state;
      if (moment === undefined || !isCommit(bytes)) return void database.write(bytes);
      state.left -= 1;
      if (state.left > 0) return void database.write(bytes);
      state.moment = undefined;
      if (moment === 'before') return cut();
      isMute = true;
      database.write(bytes);
    });
    database.on('data', (bytes) => {
      if (silent.has(client)) return;
      if (isMute) cut();
      else client.write(answers.whole(bytes, isLost));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(connectionString);
  through.port = String((server.address() as AddressInfo).port);
  return {
    connectionString: through.href,
    cutCommit: (moment, number = 1) => {
      Object.assign(state, { moment, left: number });
    },
    loseNotifications: () => {
      state.loses = true;
    },
    silence: () => {
      for (const socket of sockets) silent.add(socket);
    },
    get tests() {
      return state.tests;
    },
    get cuts() {
      return state.cuts;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** What a Postgres answers, message by message: a letter, a length, and what it says. */
class Answers {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that are whole by now, but those that get lost. */
  whole(bytes: Buffer, isLost: (message: Buffer) => boolean): Buffer {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const messages: Buffer[] = [];
    while (this.#rest.length > 4 && this.#rest.length > this.#rest.readUInt32BE(1)) {
      const length = 1 + this.#rest.readUInt32BE(1);
      const message = this.#rest.subarray(0, length);
      if (!isLost(message)) messages.push(message);
      this.#rest = this.#rest.subarray(length);
    }
    return Buffer.concat(messages);
  }
}

/** A simple query: its letter, its length, its text, a zero. */
function isCommit(bytes: Buffer): boolean {
  return bytes[0] === 'Q'.charCodeAt(0) && bytes.subarray(5).toString('latin1').startsWith('commit\0');
}
