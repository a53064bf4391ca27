import type { Finding, Verdict } from './case.ts';

/** What came of the cases of one subject. */
export interface Column {
  readonly name: string;
  /** Packages with their versions. */
  readonly versions: readonly string[];
  readonly note?: string;
  readonly findings: readonly Row[];
}

/** One case, or one limit, of one subject. */
export type Row =
  | (Finding & { readonly case: string; readonly must: string })
  | { readonly limit: string; readonly found: string };

const marks: Readonly<Record<Verdict, string>> = { holds: '✓', partly: '~', fails: '✗' };

/** The table as markdown, with what was measured and when. */
export function tableOf(columns: readonly Column[], now: Date = new Date()): string {
  const names = columns.map(({ name }) => name);
  const rows = columns[0]!.findings.flatMap((row) => ('case' in row ? [row] : []));
  const lines = rows.map((row) => line([row.case, row.must, ...columns.map((column) => cell(column, row.case))]));
  const limits = columns.flatMap(({ findings }) => findings.flatMap((row) => ('limit' in row ? [row] : [])));
  return [
    `Taken on ${now.toISOString().slice(0, 10)} with Node ${process.versions.node}. ✓ is what must be; ~ does no harm, but somebody is not told or it is not offered; ✗ is the rest.`,
    '',
    line(['case', 'must be', ...names]),
    line(['---', '---', ...names.map(() => '---')]),
    ...lines,
    '',
    ...columns.map(({ name, versions, note }) => `- **${name}**: ${[...versions, note].filter(Boolean).join(', ')}`),
    ...(limits.length > 0 ? ['', 'What yourcall does not promise without a store:', ''] : []),
    ...limits.map(({ limit, found }) => `- ${limit}: ${found}`),
  ].join('\n');
}

function cell({ findings }: Column, name: string): string {
  const row = findings.flatMap((one) => ('case' in one ? [one] : [])).find((one) => one.case === name);
  return row ? `${marks[row.verdict]} ${row.found.replaceAll('|', '\\|')}` : 'not reached';
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
