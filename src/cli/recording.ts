import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isObject } from '../conversation/json.ts';

/** A response as it was recorded. */
export interface Recording {
  /** The file that holds the body. */
  readonly file: string;
  /** Of HTTP; 200 where nothing says otherwise. */
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * The files of bodies at a path, in order of their names: the file itself, or those of a folder. A folder with a
 * `meta.json` is one recording, whose body `file` names; any other folder is searched. `wire` leaves out recordings
 * that say that they are of another protocol.
 */
export function* recordingsAt(path: string, wire: string): Generator<string> {
  if (!statSync(path).isDirectory()) return yield path;
  const { file, protocol } = metaIn(path);
  if (typeof file === 'string') {
    if (protocol === undefined || protocol === wire) yield join(path, file);
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const isBody = /^(response|error)\.(sse|ndjson|json|txt)$/.test(entry.name);
    if (entry.isDirectory() || isBody) yield* recordingsAt(join(path, entry.name), wire);
  }
}

/** Reads a body, and what the `meta.json` beside it says. */
export function readRecording(file: string): Recording {
  const { file: name, status, responseHeaders } = metaIn(dirname(file));
  const isMeant = name === basename(file);
  const contentType = isObject(responseHeaders) ? responseHeaders['content-type'] : undefined;
  return {
    file,
    status: isMeant && typeof status === 'number' ? status : 200,
    contentType: isMeant && typeof contentType === 'string' ? contentType : undefined,
    body: new Uint8Array(readFileSync(file)),
  };
}

function metaIn(folder: string): Readonly<Record<string, unknown>> {
  const file = join(folder, 'meta.json');
  if (!existsSync(file)) return {};
  const meta: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return isObject(meta) ? meta : {};
}

/** Cuts bytes at places that the seed decides, also inside of characters. */
export function* cut(bytes: Uint8Array, seed: number): Generator<Uint8Array> {
  let state = seed >>> 0;
  const random = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % limit;
  };
  for (let from = 0; from < bytes.length;) {
    const size = 1 + random([3, 40, 4000][random(3)]!);
    yield bytes.subarray(from, from + size);
    from += size;
  }
}
