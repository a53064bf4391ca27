// `npm run rules`: which of the 45 rules a test cites, and which none does.
// A citation is a rule's name in the title of a test: it('stops before the second tool (E3)', ...), or in the name of a
// case for models or stores.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The families of rules and how many each has. */
const families = { E: 9, D: 8, L: 8, W: 3, S: 9, C: 3, X: 5 };
const rules = Object.entries(families).flatMap(([family, count]) =>
  Array.from({ length: count }, (_, index) => `${family}${index + 1}`),
);

/** The titles of tests: what stands in quotes right after it(, test(, describe(, it.each(...)( and the like. */
const title = /\b(?:it|test|describe)(?:\.\w+(?:\([^()]*\)(?=\s*\())?)*\s*\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/gs;

/** The names of cases that test files register: a line `{ name: '…', run }` of a list. */
const caseName = /\{\s*name:\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1,\s*run\b/gs;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const places = [
  'src/testing/*/*-cases.ts',
  'src/**/*.test.ts',
  'src/**/*.test-d.ts',
  'test/**/*.test.ts',
  'examples/**/*.test.ts',
];
const files = globSync(places, { cwd: root, exclude: (path) => String(path).includes('node_modules') });
const cited = new Map(rules.map((rule) => [rule, new Set()]));
let titles = 0;

for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const match of text.matchAll(file.endsWith('-cases.ts') ? caseName : title)) {
    titles += 1;
    for (const rule of match[2].match(/\b[EDLWSCX]\d\b/g) ?? []) cited.get(rule)?.add(file);
  }
}

const covered = rules.filter((rule) => cited.get(rule).size > 0);
const uncovered = rules.filter((rule) => cited.get(rule).size === 0);
for (const rule of covered) console.log(`${rule}  ${[...cited.get(rule)].join(', ')}`);
console.log(`\nno test yet: ${uncovered.join(' ') || 'none'}`);
console.log(`${covered.length} of ${rules.length} rules are cited, by ${titles} titles in ${files.length} files`);

if (rules.length !== 45) throw new Error(`There are 45 rules, this script knows ${rules.length}.`);
if (titles === 0) throw new Error('Found no titles of tests at all: the search is broken.');
