// npm run evidence [-- --install] [--json] [--only NAME]: how yourcall, and every peer that is installed, does in each case.
import { fork, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.log(`npm run evidence needs the Node 24 that npm ci brings; this is ${process.versions.node}.`);
  process.exit(1);
}
if (process.argv.includes('--install')) {
  const { status } = spawnSync('npm', ['ci', '--prefix', here], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

const { own, peers, subjectNamed } = await import('./subjects.ts');
const { tableOf } = await import('./table.ts');
const json = process.argv.includes('--json');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const wanted = [...own, ...peers].filter(({ name }) => only === undefined || name === only);
if (wanted.length === 0) throw new Error(`There is no subject named ${JSON.stringify(only)}.`);
const missing = wanted.filter(({ packages }) => !packages.every(versionOf));
const columns = [];

for (const { name, packages } of wanted) {
  if (missing.some((peer) => peer.name === name)) continue;
  const { note } = await subjectNamed(name);
  const versions = packages.map((one) => `${one} ${versionOf(one)}`);
  const findings = await measure(name);
  columns.push({ name, versions, ...(note && { note }), findings });
  if (json) for (const finding of findings) console.log(JSON.stringify({ subject: name, versions, ...finding }));
}

if (!json) console.log(tableOf(columns));
const instead = '`npm run evidence -- --install` brings them';
if (missing.length > 0) console.error(`Not installed: ${missing.map(({ name }) => name).join('; ')}. ${instead}.`);
process.exitCode = columns.every(isAsExpected) ? 0 : 1;

/** The version of a package that is installed here, and ours. */
function versionOf(name) {
  const file =
    name === 'yourcall' ? join(here, '..', 'package.json') : join(here, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

/** What came of every case, in a process of its own, whose libraries may say what they like. */
function measure(name) {
  const findings = [];
  const child = fork(join(here, 'measure.ts'), [name], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  child.on('message', (finding) => findings.push(finding));
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => (findings.length > 0 ? resolve(findings) : reject(new Error(`${name}: code ${code}`))));
  });
}

/** We pass everything, the control nothing; of the peers nothing is expected. */
function isAsExpected({ name, findings }) {
  if (name === 'yourcall') return findings.every(({ verdict = 'holds' }) => verdict === 'holds');
  return name !== 'control' || findings.every(({ verdict }) => verdict !== 'holds');
}
