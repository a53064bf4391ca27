// Proves that the linter's rules catch what they are there for: each planted violation is reported by its rule,
// in its file, and a clean tree passes.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');

const rooms = [
  'conversation',
  'wire',
  'chat',
  'models',
  'store',
  'runtime',
  'server',
  'node',
  'mcp',
  'json-schema',
  'client',
  'react',
  'console',
  'telemetry',
  'rules',
  'testing',
  'cli',
] as const;

/** What each room may import; a copy on purpose, so that a slip in the linter's table does not pass unseen. */
const allowed: Record<(typeof rooms)[number], string> = {
  conversation: '',
  wire: 'conversation',
  chat: 'conversation',
  models: 'wire conversation',
  store: 'conversation',
  runtime: 'store chat conversation',
  server: 'runtime store chat wire conversation',
  node: 'wire conversation',
  mcp: 'chat conversation json-schema',
  'json-schema': 'conversation',
  client: 'wire conversation',
  react: 'client wire conversation',
  console: 'client wire conversation',
  telemetry: 'conversation chat',
  rules: 'chat conversation',
  testing: 'store chat conversation',
  cli: rooms.join(' '),
};

/** What each room may import besides, as types only. */
const typesOnly: Partial<Record<(typeof rooms)[number], string>> = {
  models: 'chat',
  node: 'server',
  'json-schema': 'chat',
  client: 'chat',
  react: 'chat',
  console: 'chat',
  testing: 'models',
};

const noun = 'export type Noun = string;\nexport const noun: Noun = "noun";\n';
const clean = Object.fromEntries(rooms.map((room) => [`src/${room}/noun.ts`, noun]));
const imports = (room: string): string =>
  `import { noun } from '../${room}/noun.ts';\nexport const copy: string = noun;\n`;
const types = (room: string): string =>
  `import type { Noun } from '../${room}/noun.ts';\nexport const copy: Noun = 'copy';\n`;
const body = (lines: number): string => '  count += 1;\n'.repeat(lines);
const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `export const n${index}: number = ${index};\n`).join('');

/** Files that must be reported, each by the rule named. */
const planted: Record<string, [rule: string, text: string]> = {};
/** Files that must pass. */
const harmless: Record<string, string> = { ...clean };

for (const room of rooms) {
  for (const other of rooms.filter((name) => name !== room)) {
    const free = allowed[room].split(' ').includes(other);
    const asTypes = free || (typesOnly[room] ?? '').split(' ').includes(other);
    if (free) harmless[`src/${room}/imports-${other}.ts`] = imports(other);
    else planted[`src/${room}/imports-${other}.ts`] = ['no-restricted-imports', imports(other)];
    if (asTypes) harmless[`src/${room}/types-of-${other}.ts`] = types(other);
    else planted[`src/${room}/types-of-${other}.ts`] = ['no-restricted-imports', types(other)];
  }
}

for (const room of [
  'conversation',
  'wire',
  'chat',
  'models',
  'models/demo',
  'json-schema',
  'client',
  'react',
  'telemetry',
]) {
  const read = 'export const read: unknown = readFile;\n';
  planted[`src/${room}/built-in.ts`] = ['no-restricted-imports', `import { readFile } from 'node:fs';\n${read}`];
  planted[`src/${room}/old-built-in.ts`] = ['no-restricted-imports', `import { readFile } from 'fs';\n${read}`];
  planted[`src/${room}/process.ts`] = ['no-restricted-globals', 'export const place: string = process.cwd();\n'];
  planted[`src/${room}/buffer.ts`] = ['no-restricted-globals', "export const bytes: Uint8Array = Buffer.from('a');\n"];
}

Object.assign(planted, {
  'src/chat/package.ts': [
    'no-restricted-imports',
    "import { z } from 'zod';\nexport const text: unknown = z.string();\n",
  ],
  'src/store/memory/built-in.ts': [
    'no-restricted-imports',
    "import { readFile } from 'node:fs';\nexport const read: unknown = readFile;\n",
  ],
  'src/store/package.ts': [
    'no-restricted-imports',
    "import { sql } from 'kysely';\nexport const text: unknown = sql;\n",
  ],
  'src/store/sqlite/upwards.ts': [
    'no-restricted-imports',
    "import { noun } from '../../chat/noun.ts';\nexport const copy: string = noun;\n",
  ],
  'src/cli/self.ts': [
    'no-restricted-imports',
    "import { noun } from 'yourcall';\nexport const copy: unknown = noun;\n",
  ],
  'src/conversation/again.ts': ['no-restricted-imports', "export { noun } from '../chat/noun.ts';\n"],
  'src/conversation/late.ts': ['no-restricted-imports', "export const late: unknown = import('../chat/noun.ts');\n"],
  'src/models/demo/deep.ts': [
    'no-restricted-imports',
    "import { noun } from '../../chat/noun.ts';\nexport const copy: string = noun;\n",
  ],
  'src/models/demo/mixed.ts': [
    'no-restricted-imports',
    "import { type Noun, noun } from '../../chat/noun.ts';\nexport const copy: Noun = noun;\n",
  ],
  'src/index.ts': ['no-restricted-imports', "export { noun } from './runtime/noun.ts';\n"],
  'src/wire/circle-one.ts': [
    'no-cycle',
    "import { two } from './circle-two.ts';\nexport const one = (): number => two();\n",
  ],
  'src/wire/circle-two.ts': [
    'no-cycle',
    "import { one } from './circle-one.ts';\nexport const two = (): number => one();\n",
  ],
  'src/wire/type-one.ts': ['no-cycle', "import type { Two } from './type-two.ts';\nexport type One = { two?: Two };\n"],
  'src/wire/type-two.ts': ['no-cycle', "import type { One } from './type-one.ts';\nexport type Two = { one?: One };\n"],
  'src/wire/long-file.ts': ['max-lines', lines(251)],
  'src/wire/long-function.ts': [
    'max-lines-per-function',
    `export function long(count: number): number {\n${body(48)}  return count;\n}\n`,
  ],
  'src/wire/deep.ts': [
    'max-depth',
    'export function deep(n: number): number {\n  if (n > 0) {\n    if (n > 1) {\n      if (n > 2) {\n' +
      '        if (n > 3) return 3;\n      }\n    }\n  }\n  return n;\n}\n',
  ],
  'src/wire/parameters.ts': [
    'max-params',
    'export const sum = (a: number, b: number, c: number, d: number): number => a + b + c + d;\n',
  ],
  'src/wire/any.ts': ['no-explicit-any', 'export const value: any = 1;\n'],
});

Object.assign(harmless, {
  'src/models/demo/types.ts': "import type { Noun } from '../../chat/noun.ts';\nexport const copy: Noun = 'copy';\n",
  'src/models/demo/wire.ts': "import { noun } from '../../wire/noun.ts';\nexport const copy: string = noun;\n",
  'src/cli/built-in.ts':
    "import { readFile } from 'node:fs';\nexport const read: unknown = [readFile, process.argv];\n",
  'src/json-schema/package.ts':
    "import { validate } from '@cfworker/json-schema';\nexport const check: unknown = validate;\n",
  'src/telemetry/package.ts': "import { trace } from '@opentelemetry/api';\nexport const api: unknown = trace;\n",
  'src/store/sql/package.ts': "import { sql } from 'kysely';\nexport const text: unknown = sql;\n",
  'src/store/sqlite/built-in.ts':
    "import { DatabaseSync } from 'node:sqlite';\nexport const file: unknown = DatabaseSync;\n",
  'src/react/hook.ts': "import { useState } from 'react';\nexport const hook: unknown = useState;\n",
  'src/wire/longest-file.ts': `// 250 lines of code, blank lines and comments not counted\n\n${lines(250)}`,
  'src/wire/longest-function.ts': `export function long(count: number): number {\n${body(47)}  return count;\n}\n`,
  'src/chat/long.test.ts': lines(400),
  'src/chat/floor.test.ts': "import { readFile } from 'node:fs';\nexport const read: unknown = readFile;\n",
});

type Diagnostic = { code: string; filename: string };
let found: Diagnostic[];
let counted: number;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'yourcall-lint-')));

describe('the linter', () => {
  beforeAll(() => {
    copyFileSync(join(root, 'oxlint.config.ts'), join(folder, 'oxlint.config.ts'));
    const violations = Object.entries(planted).map(([file, [, text]]): [string, string] => [file, text]);
    for (const [file, text] of [...Object.entries(harmless), ...violations]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '--format=json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const result = JSON.parse(stdout || `{"error":${JSON.stringify(stderr)}}`);
    if (!Array.isArray(result.diagnostics)) throw new Error(`oxlint gave no report: ${stdout}${stderr}`);
    found = result.diagnostics;
    counted = result.number_of_files;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('looks at every file', () => {
    expect(counted).toBe(Object.keys(planted).length + Object.keys(harmless).length + 1);
  });

  it.each(['no-restricted-imports', 'no-restricted-globals', 'no-cycle', 'no-explicit-any'])('holds %s', missed);
  it.each(['max-lines', 'max-lines-per-function', 'max-depth', 'max-params'])('holds the size rule %s', missed);

  it('reports nothing else', () => {
    const others = found.filter(({ filename }) => !Object.hasOwn(planted, filename));
    expect(others.map(({ filename, code }) => `${filename}: ${code}`)).toEqual([]);
  });
});

/** Every file planted for the rule is reported by that rule. */
function missed(rule: string): void {
  const files = Object.keys(planted).filter((file) => planted[file]?.[0] === rule);
  const reported = found.filter(({ code }) => code.endsWith(`(${rule})`)).map(({ filename }) => filename);
  expect(files).not.toEqual([]);
  expect(files.filter((file) => !reported.includes(file))).toEqual([]);
}
