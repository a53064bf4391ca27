import { ToolError } from '../../chat/tool.ts';
import type { ToolOptions } from '../../chat/tool.ts';
import type { Verdict } from '../../chat/policy.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { quoted } from './failure.ts';
import { denying, isEdited, placeAgain } from './folder.ts';
import type { Folder, Place } from './folder.ts';

/** What a change will do. Planning it changes nothing, and throws `ToolError` when it cannot be done. */
export interface Plan {
  /** What a person is shown. */
  readonly preview: string;
  /** Does it, all or nothing, and says what was done. */
  act(): Promise<string>;
}

/** A kind of change to one path of the folder. */
export interface Change<Input> {
  /** In a word, for the person: `write`, `delete`. */
  readonly risk: string;
  /** It replaces all that is there: what is there must still be what the person saw. */
  readonly isWhole: boolean;
  plan(place: Place, input: Input): Promise<Plan>;
}

/** Makes the changes in one folder, one after the other: two edits of one file must not both start from its old text. */
export interface Changes {
  readonly folder: Folder;
  oneAtATime<T>(act: () => Promise<T>): Promise<T>;
}

/** One line of changes for the folder. */
export function changesIn(folder: Folder): Changes {
  let last: Promise<unknown> = Promise.resolve();
  return {
    folder,
    oneAtATime: (act) => {
      const turn = last.then(act);
      last = turn.catch(() => {});
      return turn;
    },
  };
}

/**
 * What the tools for changes have in common: the policy plans the change and asks with its preview; `run` looks the
 * path up again, plans again, and acts.
 *
 * All of them are declared `once`. Writing the same text twice looks harmless, and `idempotent` would let a crashed
 * call run again by itself; but the person may have worked on the file since, and that work would be overwritten.
 * Nor is there a check: a file with the wanted text does not tell whether this call wrote it.
 */
export function changing<Input extends { readonly path: string }>(
  { folder, oneAtATime }: Changes,
  { risk, isWhole, plan }: Change<Input>,
): Required<Pick<ToolOptions<Input, string, unknown>, 'effect' | 'timeout' | 'policy' | 'run'>> {
  return {
    effect: 'once',
    // As long as a doubt lasts after a crash: short, since a change takes milliseconds.
    timeout: 20_000,
    policy: (input) =>
      denying(async (): Promise<Verdict> => {
        const place = await folder.place(input.path);
        const { preview } = await plan(place, input);
        const { concern } = place;
        if (!concern) return { ask: { risk, preview } };
        return { ask: { reason: concern.reason, risk: risk === 'delete' ? risk : 'secret', preview } };
      }),
    run: (input, { call, signal }) =>
      oneAtATime(async () => {
        if (signal.aborted) throw new ToolError('Stopped before anything was changed.');
        const place = await placeAgain(folder, input.path, call);
        const { preview, act } = await plan(place, input);
        if (isWhole) refuseUnseen(call, { path: input.path, preview });
        return act();
      }),
  };
}

/** A person who saw one change did not agree to another. */
function refuseUnseen(call: ToolCall, { path, preview }: { path: string; preview: string }): void {
  if (isEdited(call)) return;
  const shown = (call.requirements ?? []).flatMap(({ preview }) => preview ?? []);
  if (shown.length > 0 && !shown.includes(preview))
    throw new ToolError(`${quoted(path)} has changed since a person was asked. Look at it, then call the tool again.`);
}
