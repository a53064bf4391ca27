// `npm test`: every check of this package, one after the other, and one line of counts at the end.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const heavy = join(root, 'test', 'heavy');
const scratch = mkdtempSync(join(tmpdir(), 'yourcall-test-'));
const report = join(scratch, 'vitest.json');
const consoleReport = join(scratch, 'console.json');
const env = { ...process.env, NO_COLOR: '1', PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH };

const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.log(
    `npm test needs the Node 24 that npm ci brings with its install scripts; this is ${process.versions.node}.`,
  );
  console.log('\n0 passed, 1 failed');
  process.exit(1);
}

/**
 * The checks. `counts` proves that a check looked at something: without it, a green could mean that it found no files.
 * `shows` lines are printed also when the check passes.
 */
const checks = [
  { name: 'build', command: 'npm run --silent build' },
  { name: 'format', command: 'oxfmt --check', counts: /on ([1-9]\d*) files/ },
  { name: 'lint', command: 'oxlint --deny-warnings', counts: /on ([1-9]\d*) files with [1-9]\d* rules/ },
  { name: 'types', command: 'tsc && tsc --listFilesOnly', counts: /src\/index\.ts/ },
  {
    name: 'types of a page of React',
    command: 'tsc -p examples/react && tsc -p examples/react --listFilesOnly',
    counts: /page\.tsx/,
  },
  { name: 'floor compiles without the types of Node', command: 'tsc -p tsconfig.floor.json' },
  { name: 'vitest', report, command: `vitest run --reporter=dot --reporter=json --outputFile.json="${report}"` },
  {
    name: 'the console in Chromium',
    report: consoleReport,
    command: `vitest run --config test/console/vitest.config.ts --reporter=dot --reporter=json --outputFile.json="${consoleReport}"`,
  },
  {
    name: 'threads in a file whose processes are killed',
    command: 'node test/kill/run.ts --store sqlite --kills 60 --stops 10 --workers 3 --control-kills 20',
    shows: /"calls"/,
    counts: /"calls":[1-9]\d/,
  },
  {
    name: 'threads in Postgres whose processes are killed',
    command: 'node test/kill/run.ts --store postgres --kills 60 --stops 10 --workers 3 --control-kills 20',
    shows: /"calls"/,
    counts: /"calls":[1-9]\d/,
  },
  { name: 'package (publint)', command: 'publint --strict', counts: /All good!/ },
  { name: 'unused files, exports, dependencies (knip)', command: 'knip' },
  { name: 'rules cited by tests', command: 'node scripts/rules.js', shows: /no test yet|are cited/ },
  { name: 'heavy dependencies (npm ci in test/heavy)', command: 'npm ci', cwd: heavy },
  { name: 'pack', command: 'node pack.js', cwd: heavy, shows: /packed/ },
  {
    name: 'types of the packed package (attw)',
    command: 'npm run --silent attw',
    cwd: heavy,
    counts: /"yourcall" +│ OK \(ESM\) +│ OK/,
  },
  {
    name: 'size of the root entry with its tools, of the client, and of its hooks',
    command: 'npm run --silent size',
    cwd: heavy,
    shows: /Size/,
    counts: /Size/,
  },
  {
    name: 'a strict consumer compiles',
    command: 'npm run --silent consumer:types',
    cwd: heavy,
    counts: /consumer\.ts/,
  },
  {
    name: 'a consumer imports every entry',
    command: 'npm run --silent consumer:run',
    cwd: heavy,
    counts: /[1-9]\d* entries/,
  },
  {
    name: 'models of real AI SDK packages fit the types',
    command: 'npm run --silent ai-sdk:types',
    cwd: heavy,
    counts: /ai-sdk\/types\.ts/,
  },
  {
    name: 'real AI SDK packages on recorded answers, approvals and errors',
    command: 'npm run --silent ai-sdk',
    cwd: heavy,
    counts: /^# pass [1-9]\d/m,
    shows: /^# (pass|fail|skipped)|NO RECORDINGS/,
  },
  {
    name: 'useChat of the AI SDK fits the types',
    command: 'npm run --silent ai-sdk-ui:types',
    cwd: heavy,
    counts: /ai-sdk-ui\/chat\.test\.ts/,
  },
  {
    name: 'useChat of the AI SDK with a server of threads',
    command: 'npm run --silent ai-sdk-ui',
    cwd: heavy,
    counts: /^# pass [1-9]\d/m,
    shows: /^# (pass|fail)/,
  },
  {
    name: 'clients of AG-UI and TanStack AI fit the types',
    command: 'npm run --silent ag-ui:types',
    cwd: heavy,
    counts: /ag-ui\/http-agent\.test\.ts/,
  },
  {
    name: 'clients of AG-UI and TanStack AI with a server of threads',
    command: 'npm run --silent ag-ui',
    cwd: heavy,
    counts: /^# pass [1-9]\d/m,
    shows: /^# (pass|fail)/,
  },
  {
    name: 'servers of MCP, and how they are used, fit the types',
    command: 'npm run --silent mcp:types',
    cwd: heavy,
    counts: /mcp\/shop\.test\.ts/,
  },
  {
    name: 'real servers of MCP, over standard input and output and HTTP',
    command: 'npm run --silent mcp',
    cwd: heavy,
    counts: /^# pass [1-9]\d/m,
    shows: /^# (pass|fail)/,
  },
  {
    name: 'a server of threads behind frameworks fits their types',
    command: 'npm run --silent mount:types',
    cwd: heavy,
    counts: /mount\/express\.test\.ts/,
  },
  {
    name: 'a server of threads behind frameworks',
    command: 'npm run --silent mount',
    cwd: heavy,
    counts: /^# pass [1-9]/m,
    shows: /^# (pass|fail)/,
  },
  {
    name: 'requests of conversations that go on over another wire fit the types of its official SDK',
    command: 'npm run --silent requests',
    cwd: heavy,
    counts: /^[1-9]\d* requests/m,
    shows: /requests|NO RECORDINGS/,
  },
];

const totals = { passed: 0, failed: 0, skipped: 0 };

for (const check of checks) {
  const began = performance.now();
  const { status, stdout, stderr } = run(check.command, check.cwd ?? root);
  const output = stdout + stderr;
  const nothing = status === 0 && check.counts !== undefined && !check.counts.test(output);
  const good = status === 0 && !nothing;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${good ? 'ok  ' : 'FAIL'} ${check.name}${check.report ? count(check.report) : ''} (${seconds} s)`);
  if (!check.report) totals[good ? 'passed' : 'failed'] += 1;
  if (!good) console.log(indent(output.trim() || `exit code ${status}`));
  if (nothing) console.log(indent(`It passed, but it looked at nothing: no ${check.counts} in its output.`));
  if (good && check.shows)
    console.log(
      indent(
        output
          .split('\n')
          .filter((line) => check.shows.test(line))
          .join('\n'),
      ),
    );
}

rmSync(scratch, { recursive: true, force: true });
const { passed, failed, skipped } = totals;
process.exitCode = failed > 0 ? 1 : 0;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);

/** All commands see the tools, and the Node, of this package. */
function run(command, cwd) {
  return spawnSync(command, { cwd, env, shell: true, encoding: 'utf8', maxBuffer: 1e9, timeout: 1_500_000 });
}

/** Adds vitest's own counts. A file that did not load, or a run that found no test, is a failure too. */
function count(report) {
  const result = read(report);
  if (result === undefined) {
    totals.failed += 1;
    return ': no report';
  }
  const files = result.testResults ?? [];
  const unloaded = files.filter((file) => file.status === 'failed' && !file.assertionResults.some(isFailed)).length;
  const passed = result.numPassedTests;
  const skipped = result.numPendingTests + result.numTodoTests;
  const failed = result.numFailedTests + unloaded;
  totals.passed += passed;
  totals.skipped += skipped;
  totals.failed += failed > 0 || (result.success && passed > 0) ? failed : 1;
  return `: ${passed} passed, ${failed} failed, ${skipped} skipped in ${files.length} files`;
}

function isFailed(test) {
  return test.status === 'failed';
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function indent(text) {
  return text.replace(/^/gm, '     ');
}
