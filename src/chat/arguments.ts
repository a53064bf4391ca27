import { messageOf } from '../conversation/error.ts';
import { assertJson } from '../conversation/digest.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { inTime } from './in-time.ts';
import type { Run } from './run.ts';
import { textOfIssues } from './schema.ts';
import type { Schema, SchemaIssue, SchemaResult } from './schema.ts';
import type { AnyTool } from './tool.ts';

/** What validation makes of a value: the input that policy, person and tool all see, or what is wrong with it. */
export type Validated = { readonly input: unknown } | { readonly issues: readonly SchemaIssue[] };

const defaultMaxInput = 256 * 1024;

/** Reads a call's arguments as its tool's input. What is half written, malformed, too long or does not fit gives issues. */
export function readArguments(run: Run, call: ToolCall, tool: AnyTool): Validated | Promise<Validated> {
  if (call.incomplete) return { issues: [{ message: 'the arguments were cut off before they were complete' }] };
  const max = tool.maxInputLength ?? run.setup.limits?.input ?? defaultMaxInput;
  if (call.arguments.length > max) return { issues: [{ message: `the arguments are longer than ${max} characters` }] };
  const text = call.arguments.trim();
  let value: unknown;
  try {
    // Providers write "no arguments" in several ways.
    value = text === '' || text === 'null' || text === '"null"' ? {} : JSON.parse(text);
    assertJson(value);
  } catch (error) {
    return { issues: [{ message: `the arguments are malformed: ${messageOf(error)}` }] };
  }
  return validateAs(run, tool.input, value);
}

/** Validates a value against a schema, if there is one. A schema that throws, or takes too long, gives an issue. */
export function validateAs(run: Run, schema: Schema | undefined, value: unknown): Validated | Promise<Validated> {
  if (!schema) return plain({ value });
  try {
    const result = schema['~standard'].validate(value);
    return result instanceof Promise ? inTime(result, 'It', run.signal).then(plain, thrown) : plain(result);
  } catch (error) {
    return thrown(error);
  }
}

function thrown(error: unknown): Validated {
  return { issues: [{ message: `its schema failed: ${messageOf(error)}` }] };
}

/** Issues as the model is told of them. */
export function textOfInvalid(name: string, issues: readonly SchemaIssue[]): string {
  return `the input of ${name} is not valid: ${textOfIssues(issues)}`;
}

/** What a schema made of the input must be plain JSON, since it is stored, shown, digested and run (rule D2). */
function plain(result: SchemaResult<unknown>): Validated {
  if (result.issues) return { issues: result.issues };
  try {
    assertJson(result.value);
    return { input: result.value };
  } catch (error) {
    return { issues: [{ message: `the schema makes of it what is not plain JSON: ${messageOf(error)}` }] };
  }
}

/** A copy of plain JSON: code that is handed one may do with it what it likes. */
export function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = {};
  // Own members only, and none of them is `__proto__`: the digest has refused it.
  for (const [name, member] of Object.entries(value)) copy[name] = copyOf(member);
  return copy;
}

/** A call as code is told of it that may write into it: what a person was shown stays as it is (rule D2). */
export function callFor(call: ToolCall): ToolCall {
  return { ...call, input: copyOf(call.input) };
}

/** Goes on at once when the answer is there: most schemas are synchronous, and a turn may have fifty calls. */
export function settle<In, Out>(value: In | Promise<In>, then: (value: In) => Out | Promise<Out>): Out | Promise<Out> {
  return value instanceof Promise ? value.then(then) : then(value);
}
