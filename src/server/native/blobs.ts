import { visible } from '../../wire/plain-text.ts';
import { keptFor } from '../blob-kept.ts';
import { byteRange } from '../byte-range.ts';
import type { ByteRange } from '../byte-range.ts';
import type { KeptBlob } from '../blob-kept.ts';
import type { Asked } from '../dialect.ts';
import { Problem } from '../problem.ts';
import type { Operation } from './operation.ts';
import { keyOf } from './threads.ts';

/** What is kept apart of a thread: big files and results. */
export const blobOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/threads/:thread/blobs/:digest',
    action: 'read',
    summary:
      'The bytes of a file or a result that a message of the thread refers to by its digest, or one range of them.',
    headers: ['if-none-match', 'range', 'if-range'],
    gives: { 200: 'bytes', 206: 'bytes', 304: '' },
    handle: read,
  },
];

async function read(asked: Asked): Promise<Response> {
  const { digest = '' } = asked.params;
  const found = await asked.thread();
  const kept = keptFor(asked.view, found, digest);
  const headers = { etag: `"${digest}"`, 'cache-control': 'private, max-age=31536000, immutable', vary: whose };
  if (kept && isKnown(asked.request, digest)) return new Response(null, { status: 304, headers });
  const bytes = kept && (await asked.runtime.blob(keyOf(asked, found.thread.thread), digest));
  if (!kept || !bytes) throw new Problem('not-found', 'There is no such file in the thread.');
  const range = rangeIn(asked.request, { digest, size: bytes.length });
  if (range === 'outside') {
    const whole = { 'content-range': `bytes */${bytes.length}` };
    throw new Problem('wrong-range', `The file has ${bytes.length} bytes.`, whole);
  }
  return given(bytes, range, { ...headers, ...harmless, ...labelOf(kept) });
}

/** A part of a digest is always of the same bytes, so what somebody has of it already still fits. */
function rangeIn(
  { method, headers }: Request,
  { digest, size }: { readonly digest: string; readonly size: number },
): ReturnType<typeof byteRange> {
  const ifRange = headers.get('if-range');
  const isSame = ifRange === null || ifRange.trim() === `"${digest}"`;
  return method === 'GET' && isSame ? byteRange(headers.get('range'), size) : 'all';
}

function given(bytes: Uint8Array, range: ByteRange | 'all', about: Readonly<Record<string, string>>): Response {
  const { from, to } = range === 'all' ? { from: 0, to: bytes.length } : range;
  const headers = { ...about, 'accept-ranges': 'bytes', 'content-length': String(to - from) };
  // Bytes of our own, never of shared memory.
  const body = bytes.subarray(from, to) as Uint8Array<ArrayBuffer>;
  if (range === 'all') return new Response(body, { headers });
  const part = { 'content-range': `bytes ${from}-${to - 1}/${bytes.length}` };
  return new Response(body, { status: 206, headers: { ...headers, ...part } });
}

/** What was kept for one who asked is not for the next one in the same browser. */
const whose = 'authorization, cookie';

/** Nothing that somebody has sent runs in our name, whatever a browser takes it for. */
const harmless = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-site',
};

function isKnown({ headers }: Request, digest: string): boolean {
  const known = headers.get('if-none-match') ?? '';
  return known.split(',').some((one) => one.trim().replace(/^W\//, '') === `"${digest}"`);
}

/** What is shown where it stands: pictures, sound and films that cannot run anything. SVG can. */
const shown = /^(image\/(png|jpeg|gif|webp|avif|bmp)|audio\/(mpeg|mp4|aac|ogg|wav|webm|flac)|video\/(mp4|webm|ogg))$/;

function labelOf({ mediaType, name }: KeptBlob): Readonly<Record<string, string>> {
  const type = mediaType.toLowerCase();
  const isShown = shown.test(type);
  const disposition = isShown ? 'inline' : 'attachment';
  const file = name === undefined ? '' : `; filename*=UTF-8''${encoded(visible(name.toWellFormed()))}`;
  return {
    'content-type': isShown || type === 'application/pdf' ? type : 'application/octet-stream',
    'content-disposition': `${disposition}${file}`,
  };
}

/** As RFC 8187 writes it: what `encodeURIComponent` leaves may be a sign there. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*!]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
