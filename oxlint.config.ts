import { builtinModules } from 'node:module';
import type { OxlintConfig } from 'oxlint';

/**
 * The direction table of ARCHITECTURE.md: what a room may import at run time, and what it may import as types only.
 * `src/index.ts` (the root entry) is the room `index`. A room that is not listed here may import nothing of ours.
 */
const rooms: Record<string, { imports: string[]; types?: string[] }> = {
  index: { imports: ['conversation', 'chat', 'wire'] },
  conversation: { imports: [] },
  wire: { imports: ['conversation'] },
  chat: { imports: ['conversation'] },
  models: { imports: ['wire', 'conversation'], types: ['chat'] },
  store: { imports: ['conversation'] },
  runtime: { imports: ['store', 'chat', 'conversation'] },
  server: { imports: ['runtime', 'store', 'chat', 'wire', 'conversation'] },
  node: { imports: ['wire', 'conversation'], types: ['server'] },
  mcp: { imports: ['chat', 'conversation', 'json-schema'] },
  'json-schema': { imports: ['conversation'], types: ['chat'] },
  client: { imports: ['wire', 'conversation'], types: ['chat'] },
  react: { imports: ['client', 'wire', 'conversation'], types: ['chat'] },
  console: { imports: ['client', 'wire', 'conversation'], types: ['chat'] },
  telemetry: { imports: ['conversation', 'chat'] },
  rules: { imports: ['chat', 'conversation'] },
  testing: { imports: ['store', 'chat', 'conversation'], types: ['models'] },
  cli: {
    imports: [
      'conversation',
      'chat',
      'wire',
      'models',
      'store',
      'runtime',
      'server',
      'node',
      'mcp',
      'json-schema',
      'console',
      'telemetry',
      'rules',
      'testing',
    ],
  },
};

/** Rooms that must also work in a browser: no Node built-in, and no package but in those that stand on one. */
const anywhere = ['index', 'conversation', 'wire', 'chat', 'models', 'json-schema', 'client', 'react', 'telemetry'];
const onPackages = ['json-schema', 'react', 'telemetry'];
/** Folders of `store` that stand on a database; the rest of it runs anywhere. */
const databases = ['src/store/sql/**', 'src/store/sqlite/**', 'src/store/postgres/**'];
const nodeGlobals = ['process', 'Buffer', '__dirname', '__filename', 'require', 'global', 'setImmediate'];

const tests = ['**/*.test.ts', '**/*.test-d.ts', '**/*.test.tsx', 'test/**'];

type Override = NonNullable<OxlintConfig['overrides']>[number];

function floor(room: string): Override {
  const { imports, types = [] } = rooms[room] ?? { imports: [] };
  const others = Object.keys(rooms).filter((other) => other !== room && other !== 'index' && !imports.includes(other));
  const never = others.filter((other) => !types.includes(other));
  const up = room === 'index' ? String.raw`\./` : String.raw`(\.\./)+`;
  const patterns = [
    room !== 'cli' && {
      regex: String.raw`^${up}(${never.join('|')})(/|$)`,
      message: `${room} may import ${list(imports)}${types.length > 0 ? `, and types of ${list(types)}` : ''} (ARCHITECTURE.md).`,
    },
    types.length > 0 && {
      regex: String.raw`^${up}(${types.join('|')})(/|$)`,
      allowTypeImports: true,
      message: `${room} may import only types of ${list(types)} (ARCHITECTURE.md).`,
    },
    { regex: '^yourcall(/|$)', message: 'Import the file, not our own package.' },
    anywhere.includes(room) && {
      // No look-ahead here: the linter's regular expressions have none, and it says nothing when one does not compile.
      regex: onPackages.includes(room) ? `^(node:.*|${builtinModules.join('|')})$` : '^[^.]',
      message: `${room} runs anywhere: no Node built-in here, and no package but its own.`,
    },
  ].filter((pattern) => typeof pattern === 'object');
  return {
    files: room === 'index' ? ['src/index.ts'] : [`src/${room}/**`],
    excludeFiles: tests,
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      ...(anywhere.includes(room) && { 'no-restricted-globals': ['error', ...nodeGlobals] }),
    },
  };
}

/** One override a file: what a database needs is free in its folders alone. */
function storeFloors(): Override[] {
  const onDatabases = floor('store');
  const [, { patterns }] = onDatabases.rules!['no-restricted-imports'] as ['error', { patterns: object[] }];
  const pure = {
    regex: '^[^.]',
    message: 'store runs anywhere, but for its databases: no built-in and no package here.',
  };
  return [
    { ...onDatabases, files: databases },
    {
      ...onDatabases,
      excludeFiles: [...tests, ...databases],
      rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, pure] }] },
    },
  ];
}

function list(names: string[]): string {
  return names.length > 0 ? names.join(', ') : 'no other room';
}

const config: OxlintConfig = {
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['node_modules', 'dist', 'playground', 'coverage', 'examples/playground', 'test/heavy/work'],
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'typescript/no-explicit-any': 'error',
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'no-await-in-loop': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'import/no-unassigned-import': 'off',
    'import/no-named-as-default-member': 'off',
  },
  overrides: [
    {
      files: ['src/**'],
      excludeFiles: tests,
      rules: {
        'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
        'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
        'max-depth': ['error', 3],
        'max-params': ['error', 3],
        complexity: ['error', { max: 15, variant: 'modified' }],
      },
    },
    ...Object.keys(rooms).flatMap((room) => (room === 'store' ? storeFloors() : [floor(room)])),
  ],
};

export default config;
