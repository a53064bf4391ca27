// What came of each mutant, kept line by line while a run goes on, so that one that was stopped goes on where it was.
// It holds for exactly these files: when a source file, a test or a setting has changed, all is tried anew.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from './pool.js';

const counts = /^(src|test|scripts\/mutat)|^[^/]*\.(ts|json)$/;

export class Ledger {
  #path;
  #known = new Map();

  /** `settings` are what else the results depend on. */
  constructor(root, settings) {
    const hash = createHash('sha256').update(JSON.stringify([process.version, settings]));
    for (const file of filesOf(root)) if (counts.test(file)) hash.update(file).update(readFileSync(join(root, file)));
    const folder = join(root, 'node_modules', '.mutation');
    mkdirSync(folder, { recursive: true });
    this.#path = join(folder, `${hash.digest('hex').slice(0, 16)}.jsonl`);
    if (!existsSync(this.#path)) return;
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) this.#read(line);
  }

  /** What came of a mutant: { failed, hung, ms }, or `undefined` when it was not tried yet. */
  find(mutant) {
    return this.#known.get(keyOf(mutant));
  }

  add(mutant, result) {
    this.#known.set(keyOf(mutant), result);
    appendFileSync(this.#path, `${JSON.stringify({ key: keyOf(mutant), ...result })}\n`);
  }

  forget() {
    this.#known.clear();
    rmSync(this.#path, { force: true });
  }

  #read(line) {
    try {
      const { key, ...result } = JSON.parse(line);
      this.#known.set(key, result);
    } catch {
      // The last line of a run that was killed while it wrote, or an empty one.
    }
  }
}

function keyOf({ file, start, end, replacement }) {
  return `${file}:${start}-${end}:${replacement}`;
}
