import { isObject } from '../../conversation/json.ts';
import type { JsonObject } from '../../conversation/json.ts';
import type { ClientTool } from '../../runtime/client-tools.ts';

/** What a client may declare: so many tools, each and all of them so large, in UTF-16 units of their JSON. */
const most = { tools: 64, description: 4_096, parameters: 16_384, all: 65_536 };

/** Reads the tools that a client declares with a word; a text says what is wrong with them (rule X2). */
export function declaredIn(body: unknown): readonly ClientTool[] | string {
  const given = isObject(body) ? body['tools'] : undefined;
  if (given === undefined) return [];
  if (!Array.isArray(given)) return 'The tools are no list.';
  if (given.length > most.tools) return `There are more than ${most.tools} tools.`;
  const tools: ClientTool[] = [];
  for (const one of given as readonly unknown[]) {
    const tool = toolIn(one);
    if (typeof tool === 'string') return tool;
    if (tools.some(({ name }) => name === tool.name)) return `Two tools are named ${JSON.stringify(tool.name)}.`;
    tools.push(tool);
  }
  return JSON.stringify(tools).length > most.all ? `The tools are larger than ${most.all}.` : tools;
}

function toolIn(given: unknown): ClientTool | string {
  const { name, description, parameters = {} } = isObject(given) ? given : {};
  if (typeof name !== 'string' || !/^(?!__proto__$)[a-zA-Z0-9_-]{1,64}$/.test(name)) return 'A tool has no name.';
  const tool = `The tool ${name}`;
  if (typeof description !== 'string' || !description.isWellFormed()) return `${tool} has no description.`;
  if (description.length > most.description) return `The description of ${name} is longer than ${most.description}.`;
  if (!isObject(parameters)) return `${tool} has parameters that are no JSON Schema.`;
  const { type = 'object' } = parameters;
  if (type !== 'object') return `${tool} has parameters that are no object.`;
  // It came as JSON.
  const schema = { properties: {}, ...parameters, type } as JsonObject;
  const text = wellFormed(schema);
  if (text === undefined) return `${tool} has parameters with half of a surrogate pair.`;
  if (text.length > most.parameters) return `The parameters of ${name} are larger than ${most.parameters}.`;
  return { name, description, parameters: schema };
}

/** A value as JSON; nothing when there is half of a surrogate pair in it, which providers refuse. */
function wellFormed(value: JsonObject): string | undefined {
  let isWell = true;
  const text = JSON.stringify(value, (name, member: unknown) => {
    isWell &&= name.isWellFormed() && (typeof member !== 'string' || member.isWellFormed());
    return member;
  });
  return isWell ? text : undefined;
}
