import type { Asked, Dialect } from '../dialect.ts';
import { Problem } from '../problem.ts';
import type { ConsoleFile } from './files.ts';

/**
 * The console: a page at `/console` in which people talk, decide and look back, for whoever `authorize` lets in. The page itself
 * is open to everybody and tells nothing. It loads nothing from elsewhere, and runs nothing but its own script.
 *
 * @example
 * const handler = createHandler({ runtime, authorize, dialects: [consolePages()] });
 */
export function consolePages(): Dialect {
  return {
    name: 'console',
    routes: [
      { method: 'GET', path: '/console', isPage: true, handle: (asked) => fileOf(asked, 'index.html') },
      { method: 'GET', path: '/console.js', handle: (asked) => fileOf(asked, 'console.js') },
      { method: 'GET', path: '/console.css', handle: (asked) => fileOf(asked, 'console.css') },
    ],
  };
}

/** Loaded with the first request: who serves no console holds none of it. */
let loaded: Promise<Readonly<Record<string, ConsoleFile>>> | undefined;
const packed = new Map<string, Promise<Packed>>();

interface Packed {
  readonly etag: string;
  readonly plain: Uint8Array;
  readonly gzip: Uint8Array;
}

async function fileOf({ request }: Asked, name: string): Promise<Response> {
  loaded ??= load();
  const file = (await loaded)[name];
  if (!file) throw new Problem('not-found', 'The console was not built (npm run build).');
  const { etag, plain, gzip } = await keptOf(name, file);
  const common = { ...headers, etag };
  if (request.headers.get('if-none-match')?.includes(etag)) return new Response(null, { status: 304, headers: common });
  const isPacked = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  // Bytes of our own, never of shared memory.
  return new Response((isPacked ? gzip : plain) as Uint8Array<ArrayBuffer>, {
    headers: { ...common, 'content-type': file.type, ...(isPacked && { 'content-encoding': 'gzip' }) },
  });
}

async function load(): Promise<Readonly<Record<string, ConsoleFile>>> {
  const { files } = await import('./files.ts');
  return files;
}

function keptOf(name: string, file: ConsoleFile): Promise<Packed> {
  const known = packed.get(name) ?? pack(file);
  packed.set(name, known);
  return known;
}

async function pack({ text }: ConsoleFile): Promise<Packed> {
  const plain = new TextEncoder().encode(text);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', plain));
  const squeezed = new Blob([plain]).stream().pipeThrough(new CompressionStream('gzip'));
  const gzip = new Uint8Array(await new Response(squeezed).arrayBuffer());
  return {
    etag: `"${Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('')}"`,
    plain,
    gzip,
  };
}

/** Its own script and style, pictures of threads, and the native API; no frame around it, no form that leads away. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
  vary: 'accept-encoding',
};
