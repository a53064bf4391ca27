import { ChatError } from '../../conversation/error.ts';
import type { McpServer } from '../../mcp/server-config.ts';

/** A server, and a name for it. */
export interface NamedServer {
  readonly name: string;
  readonly server: McpServer;
}

/** The server that `--mcp` names: an address, or a command line. */
export function serverAt(words: string): NamedServer {
  const address = /^https?:\/\//.test(words) ? URL.parse(words) : null;
  if (address) return { name: address.hostname.replace(/^(?:www|mcp|api)\./, ''), server: { url: words } };
  const [command, ...args] = wordsIn(words);
  if (command === undefined) throw wrong('--mcp takes a command line or an address.');
  return { name: nameOf([command, ...args]), server: { command, args } };
}

/** A command line as a shell would part it: blanks, quotes and backslashes, and nothing else that shells can do. */
export function wordsIn(line: string): readonly string[] {
  const words: string[] = [];
  const word = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs;
  for (const [found] of line.matchAll(word)) words.push(unquoted(found));
  const rest = line.replaceAll(word, '').trim();
  if (rest !== '') throw wrong(`--mcp: a quote is not closed in ${JSON.stringify(line)}.`);
  return words;
}

function unquoted(word: string): string {
  const pieces = word.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^"'\\]+/gs) ?? [];
  return pieces
    .map((piece) => {
      if (piece.startsWith("'")) return piece.slice(1, -1);
      if (piece.startsWith('"')) return piece.slice(1, -1).replaceAll(/\\(["\\$`])/g, '$1');
      return piece.startsWith('\\') ? piece.slice(1) : piece;
    })
    .join('');
}

/** Programs that start another one, whose name says more. */
const starters = /^(?:npx|bunx|pnpx|uvx|pipx|node|bun|deno|python\d*|uv|docker|run|exec|dlx|pnpm|npm|yarn)$/;

/** `filesystem` for `npx -y @modelcontextprotocol/server-filesystem@1 .`. */
function nameOf(words: readonly string[]): string {
  const told = words.filter((word) => !word.startsWith('-')).map((word) => word.split(/[/\\]/).at(-1) ?? '');
  const [base = 'mcp'] = told.filter((word) => !starters.test(word));
  const short = base
    .replace(/@[\w.^~-]*$/, '')
    .replace(/\.[cm]?[jt]s$|\.py$/, '')
    .replace(/^(?:mcp[-_])?(?:server[-_])?/, '')
    .replace(/(?:[-_]mcp)?(?:[-_]server)?$/, '');
  return short.replaceAll(/[^\w.-]/g, '_') || 'mcp';
}

function wrong(sentence: string): ChatError {
  return new ChatError('invalid-request', sentence);
}
