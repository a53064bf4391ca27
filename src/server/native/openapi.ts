import type { Json, JsonObject } from '../../conversation/json.ts';
import type { Operation } from './operation.ts';
import { schemas } from './schemas.ts';

/** The OpenAPI 3.1 document of these operations. */
export function openApiOf(operations: readonly Operation[]): JsonObject {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const path = (paths[operation.path.replaceAll(/:(\w+)/g, '{$1}')] ??= {});
    path[operation.method.toLowerCase()] = described(operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'yourcall', version: '1', description: 'Chats with language models that can stop for a person.' },
    paths,
    components: { schemas },
  };
}

function described(operation: Operation): JsonObject {
  const { path, summary, takes, query = [], headers = [], gives } = operation;
  const parameters = [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => parameter(name!, 'path')),
    ...query.map((name) => parameter(name, 'query')),
    ...headers.map((name) => parameter(name, 'header')),
  ];
  const answers = Object.entries(gives).map(([status, name]): [string, Json] => [status, answered(name)]);
  return {
    summary,
    ...rightOf(operation),
    ...(parameters.length > 0 && { parameters }),
    ...(takes && { requestBody: { required: true, content: { 'application/json': { schema: takes } } } }),
    responses: { ...Object.fromEntries(answers), default: refused },
  };
}

function rightOf({ action, isForAll }: Operation): JsonObject {
  if (!action) return {};
  return { description: isForAll ? 'Takes no right: whoever is let in may ask.' : `Takes the right ${action}.` };
}

function parameter(name: string, place: 'path' | 'query' | 'header'): JsonObject {
  return { name, in: place, required: place === 'path', schema: { type: 'string' } };
}

function answered(name: string): JsonObject {
  if (name === '') return { description: 'Done.' };
  if (name === 'events') return { description: 'Events.', content: { 'text/event-stream': {} } };
  if (name === 'bytes') return { description: 'Bytes.', content: { '*/*': {} } };
  return { description: name, content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } };
}

const refused: JsonObject = {
  description: 'Refused.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
