// The package: declarations one to one by tsc, and each entry as one module, since Node takes 0.4 ms to find and compile
// each of them. What several entries share becomes a chunk, so that a class exists once.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const { exports, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** `models/openai/index` for `./dist/models/openai/index.js`; the program is an entry too. */
const entries = Object.values(exports).filter((entry) => typeof entry === 'object');
const published = entries.map((entry) => entry.default.slice('./dist/'.length, -'.js'.length));
const names = [...published, 'cli/main'];

rmSync(join(root, 'dist'), { recursive: true, force: true });
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const declared = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });

const page = await build({ configFile: join(root, 'src', 'console', 'vite.config.ts'), logLevel: 'warn' });

const input = Object.fromEntries(names.map((name) => [name, join(root, 'src', `${name}.ts`)]));
// Node's own modules, and packages that whoever uses an entry has installed, with all of their entries.
const external = [/^node:/, ...Object.keys(peerDependencies).map((name) => new RegExp(`^${name}(/|$)`))];
// `use client` stays where it stands, at the top of an entry.
const checks = { moduleLevelDirective: false };
const packageName = /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/;
const options = { cwd: root, platform: 'neutral', external, checks, plugins: [consoleFiles()] };
const core = await loadedAtOnce(['index']);
const atOnce = await loadedAtOnce(published);
const asking = await shared(globSync('src/models/**/asking.ts', { cwd: root }));
const bundle = await rolldown({ ...options, input });
const files = { entryFileNames: '[name].js', chunkFileNames };
const codeSplitting = {
  // The first that fits; whatever a module imports comes along, if it is not in an earlier one.
  groups: [
    // What the root entry loads stays together, whatever other entries take of it.
    { name: 'core', test: (id) => core.has(id) },
    // What makes a model whose code is not there yet.
    { name: 'late', test: /src.models.(late-model|environment)\.ts/ },
    // What all wires load with the first model is one file, but for what another entry loads at once.
    { name: 'common', test: (id) => asking.has(id) && atOnce.has(id) },
    { name: 'asking', test: (id) => asking.has(id) },
  ],
};
const { output } = await bundle.write({ dir: join(root, 'dist'), format: 'esm', codeSplitting, ...files });
await bundle.close();

// What is bundled of others keeps its licence, and nothing else is bundled without a word.
const bundled = [...packagesIn(output), ...packagesIn(page.output)].sort();
const known = ['@preact/signals', '@preact/signals-core', 'kysely', 'marked', 'preact'];
if (bundled.join() !== known.join()) throw new Error(`Bundled is ${bundled.join()}, not ${known.join()} alone.`);
for (const name of bundled) {
  const [licence] = globSync('LICENSE*', { cwd: join(root, 'node_modules', name) });
  const kept = join(root, 'dist', 'licenses', `${name.replaceAll(/[@/]+/g, '-').replace(/^-/, '')}.txt`);
  cpSync(join(root, 'node_modules', name, licence), kept);
}

if (output.filter((file) => file.isEntry).length !== names.length) throw new Error('The bundle misses an entry.');
process.exitCode = declared.status ?? 1;

/** The pages of the console, as a module that runs anywhere. */
function consoleFiles() {
  const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
  const source = join(root, 'src', 'server', 'console', 'files.ts');
  const built = join(root, 'dist', 'console');
  return {
    name: 'console-files',
    load(id) {
      if (id !== source) return null;
      const files = readdirSync(built).map((name) => {
        const type = `${types[name.split('.').at(-1)]}; charset=utf-8`;
        return [name, { type, text: readFileSync(join(built, name), 'utf8') }];
      });
      return `export const files = ${JSON.stringify(Object.fromEntries(files))};`;
    },
  };
}

/** The packages whose modules stand in these files. */
function packagesIn(files) {
  const modules = files.flatMap(({ moduleIds = [] }) => moduleIds);
  return new Set(modules.flatMap((module) => packageName.exec(module)?.[1] ?? []));
}

/** What is imported when it is needed stands where its source does; traces tell it by that name. */
function chunkFileNames({ isDynamicEntry, facadeModuleId }) {
  if (!isDynamicEntry) return 'chunks/[name].js';
  return relative(join(root, 'src'), facadeModuleId).replaceAll(sep, '/').replace(/\.ts$/, '.js');
}

/** What these load at once: all but what they import when it is needed. */
async function loadedAtOnce(names) {
  const alone = await rolldown({ ...options, input: names.map((name) => input[name]) });
  const { output } = await alone.generate({ format: 'esm' });
  await alone.close();
  const atOnce = new Set(output.filter(({ isEntry }) => isEntry));
  for (const { imports } of atOnce) for (const one of output) if (imports.includes(one.fileName)) atOnce.add(one);
  return new Set([...atOnce].flatMap(({ moduleIds }) => moduleIds));
}

/** What several of these files have in common. */
async function shared(input) {
  const together = await rolldown({ ...options, input });
  const { output } = await together.generate({ format: 'esm' });
  await together.close();
  return new Set(output.filter(({ isEntry }) => !isEntry).flatMap(({ moduleIds }) => moduleIds));
}
