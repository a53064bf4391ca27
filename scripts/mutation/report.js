// What came of all mutants, as Markdown: counts for each file, and every survivor with its place.

/** `all` are mutants with the test that `failed`, `undefined` for those that survived. */
export function report(all, milliseconds) {
  const killed = all.filter(({ failed }) => failed !== undefined).length;
  const hung = all.filter(({ failed }) => failed === 'timeout' || failed === 'crash').length;
  const files = [...new Set(all.map(({ file }) => file))].sort();
  const rows = files.map((file) => {
    const here = all.filter((result) => result.file === file);
    const noticed = here.filter(({ failed }) => failed !== undefined).length;
    return `| \`${file}\` | ${here.length} | ${noticed} | ${here.length - noticed} |`;
  });
  const survivors = all
    .filter(({ failed }) => failed === undefined)
    .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
    .map(
      ({ file, line, kind, was }) =>
        `- \`${file}:${line}\` ${kind}: \`${was.trim().replaceAll(/\s+/g, ' ').slice(0, 90)}\``,
    );
  const seconds = Math.round(milliseconds / 1000);
  return [
    `${killed} of ${all.length} noticed (${((killed / all.length) * 100).toFixed(1)} %), ${hung} of them by hanging or dying; in ${seconds} s.`,
    '',
    '| file | mutants | noticed | survived |',
    '|---|---:|---:|---:|',
    ...rows,
    '',
    ...(survivors.length > 0 ? ['Survivors:', '', ...survivors, ''] : []),
  ].join('\n');
}
