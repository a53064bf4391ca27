// The program's first file: it runs on old Nodes, finds a newer one, and says in one sentence what is missing.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const source = join(import.meta.dirname, '..', 'bin', 'yourcall.js');
const tells =
  'export const main = async (argv) => { console.log(argv.join("+"), process.env.BROUGHT ?? ""); return 3; };';
const waits =
  'export const main = () => { console.log("ready"); return new Promise((r) => setTimeout(r, 20000, 0)); };';
const folders: string[] = [];
const children: ChildProcess[] = [];

describe('bin/yourcall.js', () => {
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  it('passes the arguments on and ends with the exit code of main', () => {
    const { status, stdout } = run(place(tells), ['--file', 'talk.json']);
    expect([status, stdout.trim()]).toEqual([3, '--file+talk.json']);
  });

  it('says in one sentence how to build when dist is missing', () => {
    const { status, stderr } = run(place(), []);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^yourcall is not built: run `npm run build` .*\.\n$/);
  });

  it('shows an unexpected failure and ends with 1', () => {
    const { status, stderr } = run(place('export const main = async () => { throw new Error("boom"); };'), []);
    expect(status).toBe(1);
    expect(stderr).toContain('boom');
  });

  it('starts again with the Node of its own node_modules when Node is too old', () => {
    const folder = place(tells);
    bringNode(folder);
    const { status, stdout } = runOld(folder, ['a', 'b c']);
    expect([status, stdout.trim()]).toEqual([3, 'a+b c yes']);
  });

  it('starts again with a Node installed beside it', () => {
    const project = realpathSync(mkdtempSync(join(tmpdir(), 'yourcall-project-')));
    folders.push(project);
    const folder = place(tells, join(project, 'node_modules', 'yourcall'));
    bringNode(project);
    const { status, stdout } = runOld(folder, ['x']);
    expect([status, stdout.trim()]).toEqual([3, 'x yes']);
  });

  it.each([
    ['there is no other Node', undefined],
    ['the Node beside it is too old as well', '18.19.0'],
  ])('says one sentence, without a stack, when %s', (_, version) => {
    const folder = place(tells);
    if (version !== undefined) bringNode(folder, version);
    const { status, stderr, stdout } = runOld(folder, []);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^yourcall needs Node 22\.13 or newer; this is 20\.20\.2, and .*\.\n$/);
  });

  it('ends by the signal that ends the newer Node, and hands SIGTERM on to it', async () => {
    const folder = place(waits);
    bringNode(folder);
    const child = spawn(process.execPath, oldArguments(folder), { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT'); // in a terminal the newer Node gets its own
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
    child.kill('SIGTERM');
    const end = await new Promise((resolve) => child.once('exit', (...both) => resolve(both)));
    expect(end).toEqual([null, 'SIGTERM']);
  });

  it('is written for Node 14: no newer syntax and no newer way to name built-ins', () => {
    const code = readFileSync(source, 'utf8').replace(/\/\/.*|\/\*[^]*?\*\//g, '');
    expect(code).not.toMatch(/\?\.[a-z([]|\?\?|\|\|=|&&=|\bawait\b|'node:|#\w+\s*[=(;]|\d_\d|\bat\(/);
  });
});

/** A package with our bin and, if given, a main. */
function place(main?: string, folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'yourcall-bin-')))): string {
  folders.push(folder);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  copyFileSync(source, join(folder, 'bin', 'yourcall.js'));
  write(join(folder, 'package.json'), '{ "type": "module" }');
  write(
    join(folder, 'old.js'),
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });',
  );
  if (main !== undefined) write(join(folder, 'dist', 'cli', 'main.js'), main);
  return folder;
}

/** Puts a Node into a folder's node_modules: a script that runs the Node of this test. */
function bringNode(folder: string, version = '24.0.0'): void {
  const home = join(folder, 'node_modules', 'node');
  write(join(home, 'package.json'), JSON.stringify({ version }));
  write(join(home, 'bin', 'node'), `#!/bin/sh\nBROUGHT=yes exec "${process.execPath}" "$@"\n`);
  chmodSync(join(home, 'bin', 'node'), 0o755);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function run(folder: string, argv: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(folder, 'bin', 'yourcall.js'), ...argv], { encoding: 'utf8' });
}

/** The same under a Node that says it is 20.20.2. */
function runOld(folder: string, argv: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [...oldArguments(folder), ...argv], { encoding: 'utf8' });
}

function oldArguments(folder: string): string[] {
  return ['--import', join(folder, 'old.js'), join(folder, 'bin', 'yourcall.js')];
}
