// `npm start`: the terminal chat in playground/, a folder of your own that git ignores.
// It is filled from examples/playground/ when it does not exist yet; delete it to begin anew.
import { cpSync, existsSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const playground = join(root, 'playground');

if (!existsSync(playground)) cpSync(join(root, 'examples', 'playground'), playground, { recursive: true });
process.chdir(playground);
if (process.stdin.isTTY && process.stdout.isTTY) suggest();
import('../bin/yourcall.js');

/** The numbered things to try of the playground's README, as one types them. */
function suggest() {
  const page = readFileSync(join(root, 'examples', 'playground', 'README.md'), 'utf8');
  const things = Array.from(page.matchAll(/^\d+\. `([^`]+)`/gm), (match) => match[1]);
  console.log('Things to try; README.md in the playground says more:');
  things.forEach((thing, index) => console.log(`  ${index + 1}. ${thing}`));
  console.log();
}
