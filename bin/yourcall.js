#!/usr/bin/env node
// Starts the terminal chat. This file must run on any Node from 14 on: no syntax newer than ES2019 but `import()`,
// and built-ins without the `node:` prefix. Where Node is too old it starts itself again with the Node beside it.
import { spawn } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath, pathToFileURL } from 'url';

const here = fileURLToPath(import.meta.url);
const root = dirname(dirname(here));

if (isRecent(process.versions.node)) {
  start();
} else {
  const node = findNode(root);
  if (node) startWith(node);
  else fail(needs('no newer Node lies beside it (in a clone, `npm ci` with install scripts brings one).'));
}

function start() {
  const main = join(root, 'dist', 'cli', 'main.js');
  if (!existsSync(main)) return fail('yourcall is not built: run `npm run build` in ' + root + ' first.');
  import(pathToFileURL(main).href)
    .then((cli) => cli.main(process.argv.slice(2)))
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error) => {
        console.error(error);
        process.exitCode = 1;
      },
    );
}

/** Runs this file with another Node in the same terminal, and ends as that one ends. */
function startWith(node) {
  const child = spawn(node, [here].concat(process.argv.slice(2)), { stdio: 'inherit' });
  const ignore = () => {}; // Ctrl-C reaches the child through the terminal; what it means is the child's decision.
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', ignore).on('SIGTERM', forward).on('SIGHUP', forward);
  child.on('error', (error) => fail(needs('the one beside it does not start: ' + error.message)));
  child.on('exit', (code, signal) => {
    process.off('SIGINT', ignore).off('SIGTERM', forward).off('SIGHUP', forward);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code;
  });
}

/** The Node that this package, or one that contains it, has as a dependency. */
function findNode(folder) {
  const home = join(folder, 'node_modules', 'node');
  const file = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(file) && isRecent(versionOf(home))) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : findNode(parent);
}

function versionOf(home) {
  try {
    return String(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version);
  } catch {
    return '0.0.0';
  }
}

function isRecent(version) {
  const numbers = version.split('.').map(Number);
  return numbers[0] > 22 || (numbers[0] === 22 && numbers[1] >= 13);
}

function needs(why) {
  return 'yourcall needs Node 22.13 or newer; this is ' + process.versions.node + ', and ' + why;
}

function fail(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}
