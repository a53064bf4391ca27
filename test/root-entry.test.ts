// What a user pays for `import 'yourcall'`: no package, no Node built-in, little time. Looks at dist, so build first.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const entry = join(root, 'dist', 'index.js');
const specifiers = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g;

describe('the root entry', () => {
  it('is built', () => {
    expect(existsSync(entry), 'run `npm run build` first').toBe(true);
  });

  it('reaches no package and no Node built-in', () => {
    const { files, outside } = reach(entry);
    expect([...files].map((file) => readFileSync(file).length).reduce((sum, bytes) => sum + bytes)).toBeGreaterThan(
      500,
    );
    expect(outside).toEqual([]);
  });

  it('would notice a package or a built-in', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yourcall-reach-'));
    writeFileSync(
      join(folder, 'a.js'),
      "import './b.js';\nexport * from 'zod';\nconst fs = await import('node:fs');\n",
    );
    writeFileSync(join(folder, 'b.js'), "import{join}from'path';\n");
    expect(reach(join(folder, 'a.js')).outside.toSorted()).toEqual(['node:fs', 'path', 'zod']);
    expect(builtinModules).toContain('path');
    rmSync(folder, { recursive: true });
  });

  it('has no dependencies', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
  });

  it('weighs at most 15 KiB, minified and gzipped, without what loads with the first tool', async () => {
    const bundle = await rolldown({ input: entry });
    const { output } = await bundle.generate({ minify: true });
    await bundle.close();
    const chunks = output.filter((file) => file.type === 'chunk');
    const atOnce = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
    for (const name of atOnce) for (const one of imported(name)) atOnce.add(one);
    const bytes = (names: Iterable<string>): number =>
      [...names].reduce(
        (sum, name) => sum + gzipSync(chunks.find(({ fileName }) => fileName === name)!.code).length,
        0,
      );
    console.log(
      `root entry: ${bytes(atOnce)} bytes at once, ${bytes(chunks.map(({ fileName }) => fileName))} with tools`,
    );
    expect(bytes(atOnce)).toBeGreaterThan(5_000);
    expect(bytes(atOnce)).toBeLessThanOrEqual(15 * 1024);

    function imported(name: string): readonly string[] {
      return chunks.find(({ fileName }) => fileName === name)?.imports ?? [];
    }
  });

  it('costs at most 12 ms of CPU to import', () => {
    const rounds: number[] = [];
    do rounds.push(importCost());
    while (rounds.at(-1)! > 12 && rounds.length < 12);
    expect(Math.min(...rounds)).toBeLessThanOrEqual(12);
  }, 60_000);
});

/** The files that a built file reaches, and every specifier among them that is not a relative path. */
function reach(start: string): { files: Set<string>; outside: string[] } {
  const files = new Set([start]);
  const outside = new Set<string>();
  for (const file of files) {
    for (const [, , specifier] of readFileSync(file, 'utf8').matchAll(specifiers)) {
      if (specifier!.startsWith('.')) files.add(join(dirname(file), specifier!));
      else outside.add(specifier!);
    }
  }
  return { files, outside: [...outside] };
}

/** Milliseconds of CPU for the import in a fresh process, less those for an empty module: medians of nine. */
function importCost(): number {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-empty-'));
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const runs = Array.from({ length: 9 }, () => [cpu(empty), cpu(entry)] as const);
  rmSync(folder, { recursive: true });
  return median(runs.map(([, ours]) => ours)) - median(runs.map(([nothing]) => nothing));
}

function cpu(file: string): number {
  const code = `const before = process.cpuUsage(); await import(${JSON.stringify(pathToFileURL(file).href)});
    const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  if (stdout.trim() === '') throw new Error(`The import failed: ${stderr}`);
  return Number(stdout);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
