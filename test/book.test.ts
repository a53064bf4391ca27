// The pages of docs/ are one book: its guide has every page, what it says to be proven is, and llms.txt leads to all of it.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const pages = globSync('docs/*.md', { cwd: root }).toSorted();

describe('the guide', () => {
  const guide = read('docs/guide.md');

  it('has every page', () => {
    expect(pages.length).toBeGreaterThan(30);
    const missing = pages.filter(
      (page) => page !== 'docs/guide.md' && !guide.includes(`](${page.slice('docs/'.length)}`),
    );
    expect(missing).toEqual([]);
  });

  it('is led back to by every page', () => {
    expect(pages.filter((page) => page !== 'docs/guide.md' && !read(page).includes('](guide.md)'))).toEqual([]);
  });
});

it('each page begins with a title, and then says in words what it is for', () => {
  expect(pages.filter((page) => !/^# .+\n\n[^#|`\n]*[`A-Za-z[]/.test(read(page)))).toEqual([]);
});

it('the life of a tool call is drawn everywhere as in ARCHITECTURE.md', () => {
  const [, life = 'none'] = /In short:\n\n```\n([^]*?)```/.exec(read('ARCHITECTURE.md')) ?? [];
  expect(['docs/concepts.md', 'docs/effects.md'].filter((page) => !read(page).includes(life))).toEqual([]);
});

describe('the failure modes', () => {
  const rows = [...read('docs/failure-modes.md').matchAll(/\|[^|]*\| `([^`]+\.test\.ts)`: (.*) \|$/gm)];

  it('each name a test, which is there', () => {
    expect(rows.length).toBeGreaterThan(45);
    const unproven = rows.filter(([, file = '', words = '']) => !titlesOf(file).some((title) => title.includes(words)));
    expect(unproven.map(([, file, words]) => `${file}: ${words}`)).toEqual([]);
  });

  it('are all rows of the page', () => {
    const lines = read('docs/failure-modes.md').match(/^\| (?!when)[^-].*$/gm) ?? [];
    expect(lines.length).toBe(rows.length);
  });
});

it('the figures about performance stand in the bench with their spread', () => {
  const bench = read('bench/README.md');
  const rows = [...read('docs/performance.md').matchAll(/^(\| [^|]+ \| [^|]+ \| [^|]+ to [^|]+ \|)$/gm)];
  expect(rows.length).toBeGreaterThan(20);
  const isKnown = (row: string): boolean => bench.includes(row) || bench.includes(row.replace('| ', '| ! '));
  expect(rows.map(([row]) => row).filter((row) => !isKnown(row))).toEqual([]);
});

describe('llms.txt', () => {
  const text = read('llms.txt');
  const entries = [...text.matchAll(/^- \[([^\]]+)\]\(([^)]+)\): (.+)$/gm)];

  it('begins with a title and a summary, and holds lists of links with a sentence each', () => {
    expect(text).toMatch(/^# yourcall\n\n> .+\n/);
    expect(text.slice(text.indexOf('\n## ')).match(/^- /gm)?.length).toBe(entries.length);
    expect(entries.filter(([, , , sentence = '']) => !/^[A-Z`].*\.$/.test(sentence))).toEqual([]);
  });

  it('has every page once', () => {
    const targets = entries.map(([, , target]) => target);
    expect(pages.filter((page) => targets.filter((target) => target === page).length !== 1)).toEqual([]);
  });

  it('leads to files that are there', () => {
    expect(entries.filter(([, , target = '']) => !existsSync(join(root, target)))).toEqual([]);
  });
});

describe('the package', () => {
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const answer = JSON.parse(
    execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  const [details] = Array.isArray(answer) ? answer : Object.values<{ files: { path: string }[] }>(answer);
  const shipped: string[] = details.files.map(({ path }: { path: string }) => path);

  it('has the book, llms.txt, and the examples whose pieces are shown', () => {
    const examples = globSync('examples/{*,quick-start/*,react/*}.{ts,tsx}', { cwd: root }).filter(
      (file) => !file.includes('.test.'),
    );
    expect(examples.length).toBeGreaterThan(40);
    expect(['llms.txt', ...pages, ...examples].filter((file) => !shipped.includes(file))).toEqual([]);
  });

  it('has no tests', () => {
    expect(shipped.filter((file) => /\.test(-d)?\.[jt]sx?$/.test(file))).toEqual([]);
  });

  it('has whatever its pages lead to', () => {
    const links = ['llms.txt', ...shipped.filter((file) => /^docs\/.*\.md$/.test(file))].flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, target = '']) => ({
        page,
        target: normalize(join(page, '..', target)),
      })),
    );
    expect(links.length).toBeGreaterThan(100);
    const leads = (target: string): boolean => shipped.some((file) => file === target || file.startsWith(`${target}/`));
    // Pictures are for who reads the pages where they are kept.
    expect(links.filter(({ target }) => !target.startsWith('docs/images/') && !leads(target))).toEqual([]);
  });
});

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Texts of a test file that stand where titles do. */
function titlesOf(file: string): readonly string[] {
  if (!existsSync(join(root, file))) return [];
  return [...read(file).matchAll(/(['"`])((?:(?!\1)[^\n\\]|\\.)*)\1,/g)].map(([, , title = '']) => title);
}
