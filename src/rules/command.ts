import { certainly } from './truth.ts';
import type { Reading, Truth } from './truth.ts';
import { fits, folded } from './wildcard.ts';

/** A matcher for a command line in an input. Throws when the pattern is none. */
export function commandMatcher(pattern: string, reading: Reading): (value: unknown) => Truth {
  const signs = pattern.trim().split(/\s+/);
  if (signs[0] === '' || signs[0] === '**' || (reading === 'narrow' && signs[0]!.includes('*'))) {
    throw new Error(`${JSON.stringify(pattern)} does not say which program it is about`);
  }
  if (signs.slice(0, -1).includes('**')) throw new Error(`${JSON.stringify(pattern)} has "**" before its end`);
  if (/['"]/.test(pattern) || !wordsOf(signs.map((sign) => sign.replaceAll('*', 'x')).join(' '))) {
    throw new Error(`${JSON.stringify(pattern)} is not one simple command`);
  }
  return (value) => {
    const words = typeof value === 'string' ? wordsOf(value) : undefined;
    if (!words) return 'unknown';
    if (reading === 'narrow') return certainly(fitsWords(words, signs, reading));
    const given = words.map(folded);
    const wanted = signs.map(folded);
    if (isMeant(given, wanted)) return 'yes';
    // Behind a program that runs it, perhaps: there are more of those than anybody knows. One word more tells a longer one.
    const behind = (at: number): readonly string[] => given.slice(at, at + wanted.length + 1);
    if (given.some((_, at) => isMeant(behind(at), wanted))) return 'unknown';
    return mayRunOthers(given) ? 'unknown' : 'no';
  };
}

/** Whether words are a command that is forbidden or asked about, wherever its program lies. */
function isMeant(words: readonly string[], wanted: readonly string[]): boolean {
  return fitsWords(words, wanted, 'wide') || fitsWords(words.with(0, nameOf(words[0]!)), wanted, 'wide');
}

function mayRunOthers([program = '', ...rest]: readonly string[]): boolean {
  const name = nameOf(program);
  // `python3.12`
  const [plainName = ''] = /^[a-z]+/.exec(name) ?? [];
  const isKnown = (names: ReadonlySet<string>): boolean =>
    names.has(name) || (names.has(plainName) && /^[-\d.]*$/.test(name.slice(plainName.length)));
  return isKnown(runsOthers) || (isKnown(runsText) && rest.some((word) => /^(?:[-+]|eval$)/.test(word)));
}

function nameOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1).replace(/\.(?:exe|cmd|bat|com)$/, '');
}

/**
 * The words of one simple command; nothing when it is more than that, or when shells differ about it: several commands,
 * substitutions, redirections, variables, patterns, assignments. No shell is modelled: what is not certainly plain is out.
 */
export function wordsOf(line: string): readonly string[] | undefined {
  const words: string[] = [];
  // No other blank is one to every shell. The end is not looked for by an expression: it would begin anew at every blank.
  let end = line.length;
  while (end > 0 && ' \t'.includes(line[end - 1]!)) end -= 1;
  let rest = line.slice(0, end).replace(/^[ \t\n]+/, '');
  while (rest !== '') {
    const [whole = '', text = ''] = word.exec(rest) ?? [];
    if (whole === '') return undefined;
    words.push(text.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));
    rest = rest.slice(whole.length);
  }
  const [program = ''] = words;
  // A variable set for the command, or a name that zsh looks up.
  return program === '' || program.includes('=') || words.some((one) => one.startsWith('=')) ? undefined : words;
}

// Outside of quotes: letters, digits and signs that no shell reads. Inside: no `$`, backtick, backslash, `!`, `%`, `^`;
// in single quotes no `&|<>;` either, which cmd.exe takes at their word; no curly quotes, which PowerShell takes for
// straight ones.
const plain = /[\p{L}\p{N}_@+=:,./-]/u;
const double = /"[^"$`\\!%^\p{C}\p{Zl}\p{Zp}\u2018-\u201f]*"/u;
const single = /'[^'"$`\\!%^&|<>;()\p{C}\p{Zl}\p{Zp}\u2018-\u201f]*'/u;
const word = new RegExp(String.raw`^((?:${plain.source}|${double.source}|${single.source})+)(?:[ \t]+|$)`, 'u');

/** Programs that run what their arguments name: whether that is meant by a rule cannot be told. */
const runsOthers: ReadonlySet<string> = new Set(
  `sh bash dash zsh ksh fish csh tcsh busybox cmd powershell pwsh sudo doas su env nice nohup time timeout xargs find
  exec eval command builtin source . watch ssh script setsid stdbuf parallel npx bunx uvx pipx
  awk gawk mawk nawk sed docker podman kubectl nsenter unshare at batch crontab runuser pkexec rundll wscript cscript
  mshta start wsl`.split(/\s+/),
);

/** Programs that run what their options say; given a file alone they are like any other program. */
const runsText: ReadonlySet<string> = new Set(
  `python pypy perl ruby node deno bun php lua luajit tclsh expect osascript rscript make gmake ed ex vi vim nvim emacs
  gdb lldb`.split(/\s+/),
);

function fitsWords(words: readonly string[], signs: readonly string[], reading: Reading): boolean {
  const open = signs.at(-1) === '**';
  const fixed = open ? signs.slice(0, -1) : signs;
  if (open ? words.length < fixed.length : words.length !== fixed.length) return false;
  return fixed.every((sign, index) => {
    const word = words[index]!;
    // An option may turn a command into another one: a star does not allow it.
    if (reading === 'narrow' && word.startsWith('-') && !sign.startsWith('-')) return false;
    return fits(word, sign);
  });
}
