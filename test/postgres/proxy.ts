import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Stands between a client and its Postgres, and can cut the connection at a commit. */
export interface PostgresProxy {
  readonly connectionString: string;
  /** Cuts a connection that commits, the next one or a later: before Postgres hears of it, or before its answer comes back. */
  cutCommit(moment: 'before' | 'after', number?: number): void;
  /** How many connections were cut. */
  readonly cuts: number;
  stop(): Promise<void>;
}

/** Starts one on loopback. */
export async function startProxy(connectionString: string): Promise<PostgresProxy> {
  const target = new URL(connectionString);
  const sockets = new Set<Socket>();
  const state = { moment: undefined as 'before' | 'after' | undefined, left: 0, cuts: 0 };
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
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
      if (isMute) cut();
      else client.write(bytes);
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
    get cuts() {
      return state.cuts;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A simple query: its letter, its length, its text, a zero. */
function isCommit(bytes: Buffer): boolean {
  return bytes[0] === 'Q'.charCodeAt(0) && bytes.subarray(5).toString('latin1').startsWith('commit\0');
}
