import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { middleOf } from './report.js';

const known = [
  { name: 'LangGraph', client: 'lg-sqlite', package: 'langchain' },
  { name: 'Mastra', client: 'mastra-libsql', package: 'mastra' },
];

/** Other libraries, as the bench that lies beside this checkout plays them; only those that are installed there. */
export class Peers {
  #folder;
  #places;
  /** By name and history: what was measured of every round, or why nothing was. */
  #results = new Map();

  constructor(folder, places) {
    this.#folder = folder;
    this.#places = places;
  }

  /** Names of those that are not installed. */
  get missing() {
    return known.filter((one) => !this.#isInstalled(one)).map(({ name }) => name);
  }

  /** Measures what these rows show of them. */
  async play(rows) {
    const lengths = new Set(rows.flatMap(({ peer }) => (peer ? [peer.old] : [])));
    const installed = known.filter((one) => this.#isInstalled(one));
    if (lengths.size === 0 || installed.length === 0) return;
    await this.#withServer(async (origin) => {
      for (const old of lengths) for (const one of installed) await this.#measure(one, { old, origin });
    });
  }

  /** What a row shows of each that was measured: figures, or why there are none. */
  figuresOf({ peer }) {
    if (!peer) return {};
    const measured = known.filter((one) => this.#results.has(keyOf(one, peer.old)));
    return Object.fromEntries(measured.map((one) => [one.name, this.#figureOf(one, peer)]));
  }

  #figureOf(one, { old, figure, per = 1 }) {
    const result = this.#results.get(keyOf(one, old));
    return result.failure ?? middleOf(result.rounds.map((round) => round[figure] / per));
  }

  #isInstalled(one) {
    return existsSync(join(this.#folder, 'peers', one.package, 'node_modules'));
  }

  async #measure(one, { old, origin }) {
    const key = keyOf(one, old);
    const result = this.#results.get(key) ?? { rounds: [] };
    this.#results.set(key, result);
    // Of a peer nothing is expected.
    if (result.failure) return;
    const figures = await this.#places.inFolder('peer', (folder) =>
      this.#play(['--client', one.client, '--len', `${old}`], { ORIGIN: origin, TMPDIR: folder }),
    );
    if (figures.error) result.failure = `failed: ${figures.error.split('\n')[0]}`;
    else result.rounds.push(figures);
  }

  async #play(args, more) {
    const file = join(this.#folder, 'lib', 'durable.mjs');
    const options = { timeout: 120_000, killSignal: 'SIGKILL', env: { ...process.env, ...more } };
    const play = promisify(execFile)(process.execPath, [file, ...args], options);
    const { stdout } = await play.catch(({ message, stdout = '' }) => ({
      stdout: stdout || JSON.stringify({ error: message }),
    }));
    return JSON.parse(stdout.trim().split('\n').at(-1));
  }

  /** Plays with the provider that some of them ask over loopback. */
  async #withServer(play) {
    const server = spawn(process.execPath, [join(this.#folder, 'server.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await once(createInterface(server.stdout), 'line');
      await play(`http://127.0.0.1:${JSON.parse(line).port}`);
    } finally {
      server.kill('SIGKILL');
    }
  }
}

function keyOf({ name }, old) {
  return `${name} ${old}`;
}
