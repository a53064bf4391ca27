import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../src/chat/model.ts';
import { cut } from '../../src/cli/recording.ts';
import type { Fetch } from '../../src/wire/http.ts';
import { decode, differences } from './decoded.ts';
import { namesOf, recorded, root } from './folder.ts';

/** What is proven of the recordings of one wire. */
export interface Proof {
  /** The folder's name, as `openai-chat`. */
  readonly wire: string;
  /** A model of this wire, over this `fetch`. */
  readonly model: (fetch: Fetch) => Model;
  /** Recordings that are not as `expected.json` says, and why that is right. */
  readonly exceptions?: Readonly<Record<string, string>>;
}

/** One test for each recorded answer: decoded by the real model, its bytes cut at random places. */
export function proveRecordings({ wire, model, exceptions = {} }: Proof): void {
  const names = namesOf(wire);
  describe(`${names.length} recorded answers of ${wire}`, () => {
    if (names.length === 0) {
      console.warn(`NO RECORDINGS at ${join(root, wire)}: the decoder was not proven on real answers.`);
      test('the recordings are missing, so nothing is proven here', () => {});
    }
    for (const [seed, name] of names.entries()) {
      test.skipIf(name in exceptions)(name, async () => {
        const { recording, expected } = recorded(wire, name);
        const decoded = await decode(model, recording, cut(recording.body, seed + 1));
        expect(differences(decoded, expected)).toEqual([]);
      });
    }
  });
}
