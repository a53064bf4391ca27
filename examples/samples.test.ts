// Pages show nothing that does not run: each sample of code is a piece of an example, line by line.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root })];
const files = globSync(['examples/*.ts', 'examples/{quick-start,react}/*.{ts,tsx}'], { cwd: root }).filter(
  (file) => !file.endsWith('.test.ts'),
);
const examples = files.map((file) => `\n${read(file)}`);
/** What takes packages of others runs in a package of its own. */
const mounts = globSync('test/heavy/consumer/mount/*.ts', { cwd: root }).map((file) => `\n${read(file)}`);

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

describe('the samples of README and docs', () => {
  const blocks = pages.flatMap(blocksOf);
  const isSample = ({ language }: Block): boolean => language === 'ts' || language === 'tsx';

  it('are there', () => {
    expect(blocks.filter(isSample).length).toBeGreaterThan(20);
  });

  it('are TypeScript, or say that they are something else', () => {
    expect(blocks.filter(({ language }) => !['ts', 'tsx', 'sh', 'json', 'text'].includes(language))).toEqual([]);
  });

  it('stand in an example, line by line', () => {
    const samples = blocks.filter(isSample);
    const sources = [...examples, ...mounts];
    expect(samples.filter(({ text }) => !sources.some((source) => source.includes(`\n${text}`)))).toEqual([]);
  });

  it('leave no example without a page that names or shows it', () => {
    const text = pages.map(read).join('\n');
    const shown = (example: string): boolean =>
      blocks.some((block) => isSample(block) && example.includes(`\n${block.text}`));
    const silent = files.filter(
      (file, index) => !text.includes(file.slice('examples/'.length)) && !shown(examples[index]!),
    );
    expect(silent).toEqual([]);
  });
});

it('every link of README and docs leads to a file, and to a heading in it', () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)].map(([, file = '', heading = '']) => ({
      page,
      target: file === '' ? page : join(dirname(page), file),
      heading,
    })),
  );
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter(({ target, heading }) => !leads(target, heading))).toEqual([]);
});

it('the sample of the README is the approval example, whole', () => {
  const [sample] = blocksOf('README.md').filter(({ language }) => language === 'ts');
  expect(sample?.text).toBe(read('examples/approval.ts'));
});

/** Headings are anchors as GitHub makes them. */
function leads(target: string, heading: string): boolean {
  if (!existsSync(join(root, target))) return false;
  if (heading === '') return true;
  const anchors = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return anchors.includes(heading);
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function blocksOf(page: string): readonly Block[] {
  return [...read(page).matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, language = '', block = '']) => ({
    page,
    language,
    text: block,
  }));
}
