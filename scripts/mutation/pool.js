// Workers, each with a copy of the checkout of its own: the checkout itself is never changed.
import { execFileSync, fork } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from './blocks.js';

const script = fileURLToPath(new URL('worker.js', import.meta.url));
const prefix = 'yourcall-mutation-';

/** A copy of what git knows of the checkout, changes included, beside its installed packages. */
export function copyOf(root) {
  const copy = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  for (const file of filesOf(root)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file), { force: true, errorOnExist: false });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** The files that git knows or would add. */
export function filesOf(root) {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  const deleted = execFileSync('git', ['ls-files', '-d', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  return listed.split('\0').filter((file) => file && !deleted.includes(file));
}

/** Copies whose process was killed before it could take them away. */
export function sweepCopies() {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) && Number(name.slice(prefix.length).split('-')[0]);
    if (pid && !isAlive(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch ({ code }) {
    return code === 'EPERM';
  }
}

/** A worker that runs the tests for one mutant at a time; one that hangs or dies is replaced, and the mutant counts as noticed. */
export class Worker {
  #root;
  #process;

  constructor(root) {
    this.#root = copyOf(root);
  }

  /**
   * What each test file reaches and costs without any mutant: { file, reached, cpu, wait }. All of them pass, each for itself
   * and all in one process, or nothing that follows means anything. `texts` are the files of the code.
   */
  async measure(texts, tests) {
    for (const [file, text] of texts) writeFileSync(join(this.#root, file), marked(file, text));
    const [[file, text]] = texts;
    const work = { file, original: text, tests, costs: {} };
    const { failed, waits } = await this.#ask({ ...work, text: marked(file, text) }, 'measure');
    this.#kill();
    for (const [file, text] of texts) writeFileSync(join(this.#root, file), text);
    const together = await this.#ask({ ...work, text });
    const wrong = failed ?? together.failed;
    if (wrong !== undefined) throw new Error(`The tests fail without any mutant: ${wrong}`);
    const lines = readFileSync(join(this.#root, 'reached.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return lines.map((line) => ({ ...line, wait: waits[line.file] ?? 0 }));
  }

  /** The first test that failed, if one did; `hung` when it never came to an end, or took its process along. */
  async run(work) {
    // Without a name vitest would run every test there is.
    if (work.tests.length === 0) return {};
    const { failed, hung } = await this.#ask(work);
    if (hung) {
      this.#kill();
      writeFileSync(join(this.#root, work.file), work.original);
    }
    return { failed, hung };
  }

  async #ask(work, mode = 'mutants') {
    const process = (this.#process ??= await this.#start(mode));
    let timer;
    const answer = await new Promise((resolve) => {
      const end = (reason) => resolve({ failed: reason, hung: true });
      // The worker watches its tests; this watches the worker.
      timer = setTimeout(() => end('no answer'), 600_000);
      process.once('message', resolve);
      process.once('exit', (code, signal) => end(`its process died (${signal ?? code})`));
      process.send(work);
    });
    clearTimeout(timer);
    process.removeAllListeners();
    return answer;
  }

  close() {
    this.#kill();
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(mode) {
    // In its folder, since vitest keeps caches by the folder it is in.
    // Properties are tried less often than in CI, and with the same cases each time: what they find they mostly find soon.
    const env = { ...process.env, YOURCALL_RUNS: '60', YOURCALL_SEED: '1', NODE_NO_WARNINGS: '1', NO_COLOR: '1' };
    // A group of its own, so that what a test has started ends with it.
    const options = { cwd: this.#root, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true };
    const child = fork(script, [this.#root, mode], options);
    this.#process = child;
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`A worker ended with code ${code} before it was ready.`)));
    });
    child.removeAllListeners();
    return child;
  }

  #kill() {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.removeAllListeners();
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It had ended by itself.
    }
  }
}
