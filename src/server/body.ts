import { depthOf, repeatedName } from './json-text.ts';
import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';

/**
 * The JSON of a request, read within limits: at most so many bytes, in so much time, so deeply nested, and no member twice.
 * Undefined when there is no body. Throws a `Problem`.
 */
export async function readBody(request: Request, limits: Required<Limits>): Promise<unknown> {
  checkType(request, 'application/json');
  const text = await textOf(request, limits);
  if (text.trim() === '') return undefined;
  if (depthOf(text) > limits.depth) throw new Problem('too-deep', `The body is nested deeper than ${limits.depth}.`);
  const value = parsed(text);
  const twice = repeatedName(text);
  if (twice === undefined) return value;
  throw new Problem('malformed', `An object in the body has ${JSON.stringify(twice.slice(0, 100))} twice.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem('malformed', 'The body is not JSON.');
  }
}

/** The fields of a form, each given once, read within the same limits. Throws a `Problem`. */
export async function readForm(request: Request, limits: Required<Limits>): Promise<Readonly<Record<string, string>>> {
  checkType(request, 'application/x-www-form-urlencoded');
  const fields = [...new URLSearchParams(await textOf(request, limits))];
  const form = new Map(fields);
  if (form.size < fields.length) throw new Problem('malformed', 'The form has a field twice.');
  return Object.fromEntries(form);
}

/** A form of another site can post anything but JSON without asking. */
function checkType({ headers }: Request, wanted: string): void {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() === wanted) return;
  throw new Problem('wrong-type', `The content type of the request is not ${wanted}.`);
}

async function textOf({ body, headers }: Request, { body: most, bodyTime }: Required<Limits>): Promise<string> {
  const tooLarge = new Problem('too-large', `The body is larger than ${most} bytes.`);
  if (Number(headers.get('content-length') ?? 0) > most) throw tooLarge;
  if (!body) return '';
  const reader = body.getReader();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Problem('too-slow', 'The body did not arrive in time.')), bodyTime);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  try {
    for (;;) {
      const { value, done } = await Promise.race([reader.read(), late.promise]);
      if (done) return text + decoder.decode();
      size += value.byteLength;
      if (size > most) throw tooLarge;
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    // Nobody waits for what is left of it.
    reader.cancel().catch(() => {});
    throw error instanceof Problem ? error : new Problem('malformed', 'The body broke off, or is not UTF-8.');
  } finally {
    clearTimeout(timer);
  }
}
