// The package: declarations one to one by tsc, and each entry as one module, since Node takes 0.4 ms to find and compile
// each of them. What several entries share becomes a chunk, so that a class exists once.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const { exports, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** `models/openai/index` for `./dist/models/openai/index.js`; the program is an entry too. */
const published = Object.values(exports).map((entry) => entry.default.slice('./dist/'.length, -'.js'.length));
const names = [...published, 'cli/main'];

rmSync(join(root, 'dist'), { recursive: true, force: true });
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const declared = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });

const input = Object.fromEntries(names.map((name) => [name, join(root, 'src', `${name}.ts`)]));
// Node's own modules, and packages that whoever uses an entry has installed.
const external = [/^node:/, ...Object.keys(peerDependencies)];
const options = { cwd: root, platform: 'neutral', external };
const core = await coreModules();
const bundle = await rolldown({ ...options, input });
const files = { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' };
const codeSplitting = { groups: [{ name: 'core', test: (id) => core.has(id) }] };
const { output } = await bundle.write({ dir: join(root, 'dist'), format: 'esm', codeSplitting, ...files });
await bundle.close();

if (output.filter((file) => file.isEntry).length !== names.length) throw new Error('The bundle misses an entry.');
process.exitCode = declared.status ?? 1;

/** What the root entry loads at once. It stays together, whatever other entries take of it. */
async function coreModules() {
  const alone = await rolldown({ ...options, input: { index: input.index } });
  const { output } = await alone.generate({ format: 'esm' });
  await alone.close();
  const atOnce = new Set([output.find(({ isEntry }) => isEntry)]);
  for (const { imports } of atOnce) for (const one of output) if (imports.includes(one.fileName)) atOnce.add(one);
  return new Set([...atOnce].flatMap(({ moduleIds }) => moduleIds));
}
