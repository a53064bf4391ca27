// What came of all mutants, as Markdown: counts for each file, and every survivor with its place.
import { reasonOf } from './equivalent.js';

/** `results` are mutants with the test that `failed`, `undefined` for those that survived. */
export function report(results, { made, drawn, seconds }) {
  const noticed = results.filter(isNoticed);
  const survived = results.filter((result) => !isNoticed(result)).sort(byPlace);
  const known = survived.filter(reasonOf);
  const open = survived.filter((result) => !reasonOf(result));
  const hung = noticed.filter((result) => result.hung).length;
  return [
    `**${noticed.length} of ${results.length} noticed (${percent(noticed.length, results.length)})**: ${noticed.length - hung} by a test that fails, ${hung} by tests that hang or a process that dies.`,
    `Of the ${survived.length} that survived ${known.length} change nothing that could be seen; without those it is ${percent(noticed.length, results.length - known.length)}.`,
    '',
    `${drawn} ${made.all} changes were made, ${made.all - made.compiling} do not compile and are not counted.`,
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${Math.round(seconds / 60)} minutes of tests.`,
    '',
    '| change | mutants | noticed | survived |',
    '|---|---:|---:|---:|',
    ...rows(results, ({ kind }) =>
      kind.includes(' to ') ? 'other operator' : kind.startsWith('to ') ? 'other boolean' : kind,
    ),
    '',
    '| file | mutants | noticed | survived |',
    '|---|---:|---:|---:|',
    ...rows(results, ({ file }) => `\`${file}\``),
    '',
    ...list('Nobody can tell these from the code:', known, (result) => `. ${reasonOf(result)}`),
    ...list('No test notices these:', open, () => ''),
  ].join('\n');
}

function rows(results, nameOf) {
  const names = [...new Set(results.map(nameOf))].sort();
  return names.map((name) => {
    const here = results.filter((result) => nameOf(result) === name);
    const noticed = here.filter(isNoticed).length;
    return `| ${name} | ${here.length} | ${noticed} | ${here.length - noticed} |`;
  });
}

function list(title, results, reason) {
  if (results.length === 0) return [];
  const lines = results.map((result) => {
    const { file, line, kind, code, was } = result;
    const what = kind.includes(' to ') ? '' : ` \`${short(was)}\``;
    return `- \`${file}:${line}\` ${kind.replace('&&', '\\&\\&')}${what} in \`${short(code)}\`${reason(result)}`;
  });
  return [title, '', ...lines, ''];
}

function short(text) {
  const plain = text.replaceAll('`', '´');
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}

function isNoticed({ failed }) {
  return failed !== undefined;
}

function byPlace(a, b) {
  return a.file.localeCompare(b.file) || a.line - b.line;
}

function percent(part, whole) {
  return `${((part / whole) * 100).toFixed(1)} %`;
}
