import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRecording } from '../../src/cli/recording.ts';
import type { Recording } from '../../src/cli/recording.ts';
import type { Expected } from './decoded.ts';

/** Where the recordings lie: beside the checkout. */
export const root: string = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));

/** One recorded answer. */
export interface Recorded {
  readonly name: string;
  readonly provider: string;
  readonly recording: Recording;
  readonly expected: Expected;
}

/** The names of the recordings of a wire, none when the folder is not there. */
export function namesOf(wire: string): readonly string[] {
  const folder = join(root, wire);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Reads one recording, with what is expected of it. */
export function recorded(wire: string, name: string): Recorded {
  const folder = join(root, wire, name);
  const { file, provider } = json(join(folder, 'meta.json')) as { file: string; provider: string };
  return {
    name,
    provider,
    recording: readRecording(join(folder, file)),
    expected: json(join(folder, 'expected.json')) as Expected,
  };
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
