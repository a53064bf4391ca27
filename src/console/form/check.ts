import { isObject } from '../../conversation/json.ts';
import { orderedJson } from '../../conversation/digest.ts';
import { resolved } from './schema-node.ts';
import type { SchemaNode } from './schema-node.ts';
import { checkList, checkNumber, checkText } from './limits.ts';
import { pathName } from './value-path.ts';
import type { Path } from './value-path.ts';

/** What is wrong with a value, by the names of the places; nothing where all fits. */
export type Issues = ReadonlyMap<string, string>;

/**
 * What is wrong with a value by the most common words of JSON Schema, the first at each place. It is there to help whoever
 * writes; the server has the last word, and knows all of them.
 */
export function issuesIn(value: unknown, schema: unknown): Issues {
  const issues = new Map<string, string>();
  look(value, { schema, root: schema, path: [], depth: 0, tell: (path, why) => note(issues, path, why) });
  return issues;
}

function note(issues: Map<string, string>, path: Path, why: string): void {
  const name = pathName(path);
  if (!issues.has(name)) issues.set(name, why);
}

interface Looking {
  readonly schema: unknown;
  readonly root: unknown;
  readonly path: Path;
  readonly depth: number;
  readonly tell: (path: Path, why: string) => void;
}

/** A schema may hold itself, a value is finite; only `allOf` and its like lead nowhere deeper. */
const deepest = 64;

function look(value: unknown, looking: Looking): void {
  const { root, path, depth, tell } = looking;
  if (looking.schema === false) return tell(path, 'is not expected');
  const node = depth < deepest ? resolved(looking.schema, root) : undefined;
  if (!node) return;
  if (value === undefined) return tell(path, 'is missing');
  const types = [node.type].flat().filter((type) => typeof type === 'string');
  if (types.length > 0 && !types.some((type) => isOf(value, type))) return tell(path, `is no ${types.join(' or ')}`);
  const choices = node.const === undefined ? node.enum : [node.const];
  if (Array.isArray(choices) && !choices.some((choice) => isSame(choice, value))) {
    return tell(path, `is none of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`);
  }
  if (typeof value === 'string') checkText(value, node, (why) => tell(path, why));
  if (typeof value === 'number') checkNumber(value, node, (why) => tell(path, why));
  if (Array.isArray(value)) lookAtItems(value, node, looking);
  if (isObject(value)) lookAtMembers(value, node, looking);
  lookAtBranches(value, node, looking);
}

function lookAtItems(items: readonly unknown[], node: SchemaNode, looking: Looking): void {
  const { path, depth } = looking;
  checkList(items, node, (why) => looking.tell(path, why));
  if (node.items === undefined || Array.isArray(node.items)) return;
  for (const [index, item] of items.entries()) {
    look(item, { ...looking, schema: node.items, path: [...path, String(index)], depth: depth + 1 });
  }
}

function lookAtMembers(members: Readonly<Record<string, unknown>>, node: SchemaNode, looking: Looking): void {
  const { path, depth, tell } = looking;
  const { properties = {}, required = [], additionalProperties, patternProperties } = node;
  for (const name of required) if (!Object.hasOwn(members, name)) tell([...path, name], 'is missing');
  for (const [name, member] of Object.entries(members)) {
    const isKnown = Object.hasOwn(properties, name);
    // Which names a pattern means is the server's to say.
    const schema = isKnown ? properties[name] : patternProperties === undefined ? additionalProperties : undefined;
    if (schema !== undefined) look(member, { ...looking, schema, path: [...path, name], depth: depth + 1 });
  }
}

function lookAtBranches(value: unknown, { anyOf, oneOf, allOf }: SchemaNode, looking: Looking): void {
  const depth = looking.depth + 1;
  for (const schema of allOf ?? []) look(value, { ...looking, schema, depth });
  for (const branches of [anyOf, oneOf]) {
    if (!branches || branches.some((schema) => fits(value, { ...looking, schema, depth }))) continue;
    const only = branches.filter((schema) => resolved(schema, looking.root)?.type !== 'null');
    // Of one that may be null the reason is told.
    if (only.length === 1) look(value, { ...looking, schema: only[0], depth });
    else looking.tell(looking.path, 'fits none of what it may be');
  }
}

function fits(value: unknown, looking: Looking): boolean {
  let isGood = true;
  look(value, { ...looking, tell: () => (isGood = false) });
  return isGood;
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    default:
      return typeof value === type;
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === 'object' && orderedJson(one) === orderedJson(other));
}
