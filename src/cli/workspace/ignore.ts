import { lstat, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { followsSteps, readName } from './glob.ts';
import type { Step } from './glob.ts';

/** What git would leave alone in a folder. Reads each `.gitignore` once, so make a new one for each look around. */
export interface Ignored {
  /** `path` is relative to the folder, with `/`. True also when a folder above it is ignored. */
  has(path: string, isFolder: boolean): Promise<boolean>;
}

/** One line of a `.gitignore`. */
interface Rule {
  readonly negated: boolean;
  readonly folderOnly: boolean;
  readonly steps: readonly Step[];
}

/**
 * Follows the `.gitignore` files of the folder and of those above it in the same repository, and `.git/info/exclude`.
 * `.git` and `node_modules` are always ignored. Whether git tracks a file all the same is not asked.
 */
export async function ignoredIn(root: string): Promise<Ignored> {
  const top = await repositoryOf(root);
  const above = relative(top, root).split(sep).filter(Boolean);
  const files = new Map<string, Promise<readonly Rule[]>>();
  const rulesOf = (folder: string): Promise<readonly Rule[]> => {
    const known = files.get(folder) ?? rulesIn(folder);
    files.set(folder, known);
    return known;
  };
  // A folder that its own repository ignores was opened on purpose: what stands above it says nothing then.
  const outside = above.length > 0 && (await matches({ top, names: above, from: 0, isFolder: true, rulesOf }));
  return {
    has: (path, isFolder) => {
      const names = path.split('/').filter(Boolean);
      if (names.includes('.git') || names.includes('node_modules')) return Promise.resolve(true);
      if (outside) return matches({ top: root, names, from: 0, isFolder, rulesOf });
      return matches({ top, names: [...above, ...names], from: above.length, isFolder, rulesOf });
    },
  };
}

interface Search {
  readonly top: string;
  readonly names: readonly string[];
  /** Folders before this one are not asked about. */
  readonly from: number;
  readonly isFolder: boolean;
  readonly rulesOf: (folder: string) => Promise<readonly Rule[]>;
}

/** Whether the path, or a folder on the way to it, is ignored: what is inside an ignored folder cannot come back. */
async function matches({ top, names, from, isFolder, rulesOf }: Search): Promise<boolean> {
  for (let end = from + 1; end <= names.length; end += 1) {
    const folder = end < names.length || isFolder;
    if (await isMatched({ top, names: names.slice(0, end), from, isFolder: folder, rulesOf })) return true;
  }
  return false;
}

/** The last matching line of the deepest file decides. */
async function isMatched({ top, names, isFolder, rulesOf }: Search): Promise<boolean> {
  for (let depth = names.length - 1; depth >= 0; depth -= 1) {
    const rules = await rulesOf(join(top, ...names.slice(0, depth)));
    const rule = rules.findLast(
      ({ folderOnly, steps }) => (isFolder || !folderOnly) && followsSteps(steps, names.slice(depth)),
    );
    if (rule) return !rule.negated;
  }
  return false;
}

async function repositoryOf(root: string): Promise<string> {
  for (let folder = root; ; folder = dirname(folder)) {
    if (await lstat(join(folder, '.git')).catch(() => undefined)) return folder;
    if (dirname(folder) === folder) return root;
  }
}

async function rulesIn(folder: string): Promise<readonly Rule[]> {
  const texts = await Promise.all([
    textOf(join(folder, '.git', 'info', 'exclude')),
    textOf(join(folder, '.gitignore')),
  ]);
  return texts.flatMap((text) => text.split('\n')).flatMap((line) => readRule(line) ?? []);
}

/** Only plain files of a usual size are read: git follows no link here either. */
async function textOf(file: string): Promise<string> {
  const found = await lstat(file).catch(() => undefined);
  if (!found?.isFile() || found.size > 1_000_000) return '';
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.replace(/^\uFEFF/, '');
}

function readRule(line: string): Rule | undefined {
  const trimmed = withoutEnd(line);
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const negated = trimmed.startsWith('!');
  const pattern = negated ? trimmed.slice(1) : trimmed;
  const folderOnly = pattern.endsWith('/');
  const body = folderOnly ? pattern.slice(0, -1) : pattern;
  const names = body.split('/');
  const anchored = names.length > 1;
  if (names[0] === '') names.shift();
  const steps = names.map((name): Step => (name === '**' ? 'many' : readName(name)));
  // `folder/**` is what is in the folder, not the folder itself.
  if (steps.at(-1) === 'many') steps.push(readName('*'));
  return names.length === 0 ? undefined : { negated, folderOnly, steps: anchored ? steps : ['many', ...steps] };
}

/** Without the spaces at its end, but for one that is escaped. */
function withoutEnd(line: string): string {
  let end = line.endsWith('\r') ? line.length - 1 : line.length;
  while (end > 0 && line[end - 1] === ' ' && line[end - 2] !== '\\') end -= 1;
  return line.slice(0, end);
}
