// Packs the built package as npm would publish it, and unpacks it into consumer/node_modules/yourcall.
// It also writes consumer/entries.ts, which imports every entry that package.json exports.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const consumer = join(here, 'consumer');
const home = join(consumer, 'node_modules', 'yourcall');
const packed = join(here, 'packed.tgz');

const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', here];
const answer = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }));
const [details] = Array.isArray(answer) ? answer : Object.values(answer);
renameSync(join(here, details.filename), packed);
rmSync(home, { recursive: true, force: true });
mkdirSync(home, { recursive: true });
execFileSync('tar', ['-xzf', packed, '-C', home, '--strip-components=1']);

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.keys(exports).filter((entry) => typeof exports[entry] === 'object');
const lines = entries.map((entry, index) => `import * as entry${index} from '${entry.replace('.', 'yourcall')}';`);
const names = entries.map((_, index) => `entry${index}`);
lines.push('', `const entries: object[] = [${names.join(', ')}];`);
lines.push('console.log(`${entries.filter((entry) => Object.keys(entry).length > 0).length} entries imported`);');
lines.push(
  'if (entries.some((entry) => Object.keys(entry).length === 0)) throw new Error("An entry exports nothing.");',
  '',
);
writeFileSync(join(consumer, 'entries.ts'), lines.join('\n'));

console.log(`packed ${details.files.length} files, ${(details.size / 1024).toFixed(0)} KiB`);
