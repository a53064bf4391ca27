import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { median } from '../median.js';

const root = join(import.meta.dirname, '..', '..');

/** What the root entry brings along, takes to import, and weighs when a bundler has had it. */
export async function run(_stage, { times = 7 }) {
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const alone = [];
  const imported = [];
  for (let i = 0; i < times; i += 1) {
    alone.push(cpuOf(''));
    imported.push(cpuOf('await import("yourcall");'));
  }
  const { always, all } = await sizes();
  return {
    dependencies: Object.keys(dependencies).length,
    'import ms': median(imported) - median(alone),
    KiB: always / 1024,
    'KiB with tools': all / 1024,
  };
}

/** CPU of a process that runs this, in milliseconds. */
function cpuOf(code) {
  const measured = `${code} const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', measured], { cwd: root });
  return Number(stdout);
}

/** Bytes of the entry with what it always loads, and of everything: tools come with the first chat that has some. */
async function sizes() {
  const bundle = await rolldown({ input: join(root, 'dist', 'index.js'), cwd: root, platform: 'browser' });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const always = new Set();
  const add = (name) => {
    if (always.has(name)) return;
    always.add(name);
    chunks.get(name)?.imports.forEach(add);
  };
  add(output.find(({ isEntry }) => isEntry).fileName);
  return { always: weigh(output.filter(({ fileName }) => always.has(fileName))), all: weigh(output) };
}

function weigh(chunks) {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}
