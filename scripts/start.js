// `npm start`: the terminal chat in playground/, a folder of your own that git ignores.
// It is filled from examples/playground/ when it does not exist yet; delete it to begin anew.
import { cpSync, existsSync } from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const playground = join(root, 'playground');
const words = process.argv.slice(2);

if (!existsSync(playground)) cpSync(join(root, 'examples', 'playground'), playground, { recursive: true });
process.chdir(playground);
if (chats(words) && !words.some((word) => /^--file(?:=|$)/.test(word))) process.argv.push('--file', '.talk.json');
import('../bin/yourcall.js');

/** Options only, no subcommand: the talk is kept, so that there is something to come back to. */
function chats([first = '-']) {
  return first.startsWith('-');
}
