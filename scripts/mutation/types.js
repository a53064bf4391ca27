// Which mutants do not compile: nobody could commit those, and they are not counted.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { mutated } from './mutants.js';
import { copyOf } from './pool.js';

/** The mutants that compile. Each stands beside the file it is made of, so that one run of the compiler sees them all. */
export function compiling(root, all, textOf) {
  const mutants = all.filter((mutant) => parses(mutated(textOf(mutant.file), mutant)));
  const copy = copyOf(root);
  const pathOf = (index) => mutants[index].file.replace(/\.ts$/, `.mutant-${index}.ts`);
  try {
    mutants.forEach((mutant, index) => {
      writeFileSync(join(copy, pathOf(index)), mutated(textOf(mutant.file), mutant));
    });
    const options = { noUnusedLocals: false, noUnusedParameters: false };
    const project = { extends: './tsconfig.json', compilerOptions: options, include: ['src/**/*.mutant-*.ts'] };
    writeFileSync(join(copy, 'tsconfig.mutants.json'), JSON.stringify(project));
    const broken = new Set();
    for (let more = true; more;) {
      const { found, ofSyntax } = failing(root, copy);
      // Of the types it says nothing at all while one file is not even TypeScript.
      more = ofSyntax && [...found].some((index) => !broken.has(index));
      for (const index of found) {
        broken.add(index);
        rmSync(join(copy, pathOf(index)), { force: true });
      }
    }
    return mutants.filter((_, index) => !broken.has(index));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function parses(text) {
  try {
    parseAst(text, { lang: 'ts' });
    return true;
  } catch {
    return false;
  }
}

function failing(root, copy) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.mutants.json'], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const found = new Set(Array.from(stdout.matchAll(/\.mutant-(\d+)\.ts\(/g), ([, index]) => Number(index)));
  if (status !== 0 && found.size === 0) throw new Error(`The compiler failed:\n${stdout}`);
  return { found, ofSyntax: /error TS1\d{3}:/.test(stdout) };
}
