import { canonicalJson, sha256 } from '../conversation/digest.ts';
import { move } from '../conversation/move.ts';
import type { Requirement } from '../conversation/requirement.ts';
import { isEdited } from '../conversation/result.ts';
import type { Effect, ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { readArguments, settle, textOfInvalid, validateAs } from './arguments.ts';
import type { Validated } from './arguments.ts';
import type { ToolDeclaration } from './model.ts';
import type { Run } from './run.ts';
import type { AnyTool } from './tool.ts';

const known = new WeakMap<ToolDeclaration, string>();

/** Marks a tool's name, input schema, effect and what else it is known by, so that a call is not run by another one than it was approved for (rule C1). */
export function fingerprintOf(run: Run, name: string, tool: AnyTool): string {
  // Every tool of a chat was declared.
  const declaration = run.setup.declarations.find((one) => one.name === name)!;
  let mark = known.get(declaration);
  if (mark === undefined) {
    // Through JSON: a schema's description may hold what only looks like data.
    const schema: unknown = JSON.parse(JSON.stringify(declaration.inputSchema));
    mark = sha256(canonicalJson([name, schema, tool.effect ?? 'undeclared'])).slice(0, 16);
    if (tool.pin) mark += ` ${tool.pin.mark}`;
    known.set(declaration, mark);
  }
  return mark;
}

/** Whether this is the tool that the call was accepted for; true where a call carries no mark. */
export function isSame(run: Run, call: ToolCall, tool: AnyTool): boolean {
  return call.fingerprint === undefined || call.fingerprint === fingerprintOf(run, call.name, tool);
}

/**
 * Puts an accepted call to a person again because its tool is another one now. Its arguments are read anew; when they no
 * longer fit, it keeps its old mark, and only an edit can approve it.
 */
export function askAgain(run: Run, call: ToolCall, tool: AnyTool): ToolCallChange | Promise<ToolCallChange> {
  const read = isEdited(call) ? validateAs(run, tool.input, call.input) : readArguments(run, call, tool);
  return settle(read, (validated: Validated) => {
    const cause = call.state === 'deferred' ? 'ask' : call.state === 'awaiting-approval' ? 'edit' : 'ask-again';
    const askedAt = run.conversation.now();
    const fingerprint = fingerprintOf(run, call.name, tool);
    const changes = tool.pin?.changesSince((call.fingerprint ?? '').slice(17));
    const what = changes ? ` (${changes})` : '';
    const base = { state: 'awaiting-approval', because: 'tool-changed', askedAt } as const;
    if ('issues' in validated) {
      const reason = `the tool was changed${what}, and ${textOfInvalid(call.name, validated.issues)}`;
      return move(call, cause, { ...base, requirements: anew(call, reason) });
    }
    const facts = { input: validated.input, fingerprint };
    const requirements = anew(call, `the tool was changed since it was approved${what}`);
    return move(call, cause, { ...base, ...facts, effect: tool.effect ?? 'undeclared', requirements });
  });
}

/** What had to be met before has to be met again, by the same people; its time is over or does not count any more. */
function anew({ requirements = [] }: ToolCall, reason: string): readonly Requirement[] {
  if (requirements.length === 0) return [{ reason }];
  return requirements.map(
    ({ met: _met, given: _given, preview: _shown, expiresAt: _at, onExpire: _then, ...rest }) => ({
      ...rest,
      reason,
    }),
  );
}

const strictness: readonly Effect[] = ['read', 'idempotent', 'once', 'undeclared'];

/** The stricter of two ways to bear being repeated: what the call was started with, and what the code says now (rule C1). */
export function stricter(one: Effect = 'undeclared', other: Effect = 'undeclared'): Effect {
  return strictness[Math.max(strictness.indexOf(one), strictness.indexOf(other))]!;
}
