import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

const here = import.meta.dirname;

/** A provider on loopback, in a process of its own. */
export async function startServer() {
  const server = fork(join(here, 'server.js'));
  const [{ port }] = await once(server, 'message');
  return { port, stop: () => server.disconnect() };
}

/** The figures of one client, measured in a fresh process. */
export async function measure(client, name, { wire, setup, port }) {
  const args = [join(here, 'worker.js'), client, wire, name, String(port), ...setup.flatMap((list) => list.split(','))];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 180_000 });
  // Some peers have something to say first.
  return JSON.parse(stdout.trim().split('\n').at(-1));
}
