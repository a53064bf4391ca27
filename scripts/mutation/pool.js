// Workers, each with a copy of the checkout of its own: the checkout itself is never changed.
import { execFileSync, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, cpSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('worker.js', import.meta.url));

/** A copy of what git knows of the checkout, changes included, beside its installed packages. */
export function copyOf(root) {
  const copy = mkdtempSync(join(tmpdir(), 'yourcall-mutation-'));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  for (const file of files.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file), { force: true, errorOnExist: false });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** A worker that runs the tests for one mutant at a time; one that hangs or dies is replaced, and the mutant counts as noticed. */
export class Worker {
  #root;
  /** Milliseconds of CPU for one mutant. */
  #budget = 120_000;
  #process;

  constructor(root) {
    this.#root = copyOf(root);
  }

  /** Before anything is changed all tests pass, or nothing that follows means anything. What they cost says when a mutant hangs. */
  async checkGreen(work) {
    const { failed, spent } = await this.#ask(work);
    if (failed !== undefined) throw new Error(`The tests fail without any mutant: ${failed}`);
    this.#budget = Math.max(5_000, 3 * spent);
  }

  /** The first test that failed, or `undefined`. */
  async run(work) {
    // Without a name vitest would run every test there is.
    if (work.tests.length === 0) return undefined;
    const { failed } = await this.#ask(work);
    if (failed !== 'timeout' && failed !== 'crash') return failed;
    this.#kill();
    writeFileSync(join(this.#root, work.file), work.original);
    return failed;
  }

  async #ask(work) {
    const process = (this.#process ??= await this.#start());
    const answer = await new Promise((resolve) => {
      // Whoever neither spends time nor answers hangs, too.
      const timer = setTimeout(() => resolve({ failed: 'timeout' }), 300_000);
      const done = (told) => {
        clearTimeout(timer);
        resolve(told);
      };
      process.once('message', done);
      process.once('exit', () => done({ failed: 'crash' }));
      process.send({ ...work, budget: this.#budget });
    });
    process.removeAllListeners();
    return answer;
  }

  close() {
    this.#kill();
    rmSync(this.#root, { recursive: true, force: true });
  }

  async #start() {
    // In its folder, since vitest keeps caches by the folder it is in.
    // Properties are tried less often than in CI: what they find they mostly find soon.
    const env = { ...process.env, YOURCALL_RUNS: '60', NODE_NO_WARNINGS: '1' };
    const options = { cwd: this.#root, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] };
    const child = fork(script, [this.#root], options);
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`A worker ended with code ${code} before it was ready.`)));
    });
    child.removeAllListeners();
    return child;
  }

  #kill() {
    this.#process?.removeAllListeners();
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }
}
