import { canonicalJson } from '../conversation/digest.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { messageOf } from './run.ts';
import { textOfIssues } from './schema.ts';
import type { SchemaIssue, SchemaResult } from './schema.ts';
import type { AnyTool } from './tool.ts';

/** What validation makes of a value: the input that policy, person and tool all see, or what is wrong with it. */
export type Validated = { readonly input: unknown } | { readonly issues: readonly SchemaIssue[] };

/** Reads a call's arguments as its tool's input. What is half written, malformed or does not fit gives issues. */
export function readArguments(call: ToolCall, tool: AnyTool): Validated | Promise<Validated> {
  if (call.incomplete) return { issues: [{ message: 'the arguments were cut off before they were complete' }] };
  const text = call.arguments.trim();
  let value: unknown;
  try {
    // Providers write "no arguments" in several ways.
    value = text === '' || text === 'null' || text === '"null"' ? {} : JSON.parse(text);
    canonicalJson(value);
  } catch (error) {
    return { issues: [{ message: `the arguments are malformed: ${messageOf(error)}` }] };
  }
  return validate(value, tool);
}

/** Validates a value against a tool's input schema. */
export function validate(value: unknown, tool: AnyTool): Validated | Promise<Validated> {
  if (!tool.input) return { input: value };
  return settle(tool.input['~standard'].validate(value), plain);
}

/** Validates what a person gives in place of a tool's output. */
export function validateOutput(value: unknown, tool: AnyTool | undefined): Validated | Promise<Validated> {
  if (!tool?.output) return plain({ value });
  return settle(tool.output['~standard'].validate(value), plain);
}

/** Issues as the model is told of them. */
export function textOfInvalid(name: string, issues: readonly SchemaIssue[]): string {
  return `the input of ${name} is not valid: ${textOfIssues(issues)}`;
}

/** What a schema made of the input must be plain JSON, since it is stored, shown, digested and run (rule D2). */
function plain(result: SchemaResult<unknown>): Validated {
  if (result.issues) return { issues: result.issues };
  try {
    canonicalJson(result.value);
    return { input: result.value };
  } catch (error) {
    return { issues: [{ message: `the schema makes of it what is not plain JSON: ${messageOf(error)}` }] };
  }
}

/** Goes on at once when the answer is there: most schemas are synchronous, and a turn may have fifty calls. */
export function settle<In, Out>(value: In | Promise<In>, then: (value: In) => Out | Promise<Out>): Out | Promise<Out> {
  return value instanceof Promise ? value.then(then) : then(value);
}
