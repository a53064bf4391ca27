// A server of MCP that does what a test wants: which tools it lists stands in a file, what they do in their names.
// Usage: node tiny-server.ts FILE [modern]. Each call that it begins is a line in FILE.log, each process one in FILE.pids.
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , file = '', era = 'legacy'] = process.argv;

interface Params {
  readonly name: string;
  readonly arguments?: object;
  readonly _meta?: { readonly progressToken?: number };
  readonly inputResponses?: object;
  readonly requestState?: string;
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: unknown;
  readonly error?: unknown;
}

appendFileSync(`${file}.pids`, `${process.pid}\n`);

let questions = 0;
let listening: Message['id'];
const answers = new Map<string, (result: unknown) => void>();

function send(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function answer(id: Message['id'], result: object): void {
  send({ id, result: era === 'modern' ? { resultType: 'complete', ...result } : result });
}

function refuse(id: Message['id'], code: number, message: string): void {
  send({ id, error: { code, message } });
}

/** What it is said to be able to do. */
const abilities = { tools: { listChanged: true } };
const serverInfo = { name: 'tiny', version: '1' };

const isHeard: ReadonlySet<string> = new Set(['initialize', 'notifications/roots/list_changed']);

function listen({ id, method, params, result, error }: Message): void {
  if (method === undefined) return answers.get(String(id))?.(result ?? error);
  if (isHeard.has(method)) appendFileSync(`${file}.heard`, `${JSON.stringify({ method, params })}\n`);
  if (method === 'server/discover' && era === 'modern') {
    const _meta = { 'io.modelcontextprotocol/serverInfo': serverInfo };
    return answer(id, {
      supportedVersions: ['2026-07-28'],
      capabilities: abilities,
      ttlMs: 0,
      cacheScope: 'private',
      _meta,
    });
  }
  if (method === 'initialize' && era === 'legacy') {
    return answer(id, { protocolVersion: '2025-11-25', capabilities: abilities, serverInfo });
  }
  if (method === 'tools/list')
    return answer(id, { tools: JSON.parse(readFileSync(file, 'utf8')), ttlMs: 0, cacheScope: 'private' });
  if (method === 'tools/call') return call(id, params!);
  if (method === 'subscriptions/listen') {
    listening = id;
    const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
    return send({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { toolsListChanged: true }, _meta },
    });
  }
  if (method === 'notifications/cancelled') return appendFileSync(`${file}.log`, `cancelled\n`);
  if (id !== undefined) refuse(id, -32601, 'Method not found');
}

function call(id: Message['id'], params: Params): void {
  const { name, arguments: input = {} } = params;
  appendFileSync(`${file}.log`, `${name} ${JSON.stringify(input)}\n`);
  const say = (text: string, more: object = {}): void => answer(id, { content: [{ type: 'text', text }], ...more });
  switch (name.replace(/[^a-z]/g, '')) {
    case 'fail':
      return say('disk full', { isError: true });
    case 'refuse':
      return refuse(id, -32602, 'no such order');
    case 'die':
      process.exit(1);
    case 'huge':
      return say('x'.repeat(12_000_000));
    case 'odd':
      return say('text beside', { structuredContent: { sum: 5 } });
    case 'many':
      return answer(id, { content: blocks });
    case 'slow':
      return send({
        method: 'notifications/progress',
        params: { progressToken: params._meta?.progressToken, progress: 1, total: 2, message: 'half' },
      });
    case 'flood':
      for (let progress = 1; progress <= 5_000; progress += 1) {
        send({ method: 'notifications/progress', params: { progressToken: params._meta?.progressToken, progress } });
      }
      return say('flooded');
    case 'hush':
      // No more news, for no reason.
      send({
        id: listening,
        result: { resultType: 'complete', _meta: { 'io.modelcontextprotocol/subscriptionId': listening } },
      });
      return say('hushed');
    case 'env':
      return say(Object.keys(process.env).join());
    case 'changes':
      return (say('changed'), send({ method: 'notifications/tools/list_changed' }));
    case 'ask':
      return era === 'modern' ? askAnew(id, params) : ask(id, input, elicitation);
    case 'visit':
      return answer(id, wanting(params, { page }));
    case 'several':
      return answer(id, wanting(params, { size, page }));
    case 'sample':
    case 'roots':
      return era === 'modern'
        ? answer(id, wanting(params, { it: asked(name, input) }))
        : ask(id, input, asked(name, input));
    case 'mixed':
      return answer(id, wanting(params, { size, it: asked('sample', input), where: { method: 'roots/list' } }));
    case 'endless':
      return answer(id, { resultType: 'input_required', inputRequests: { where: { method: 'roots/list' } } });
    default:
      return say(`${name} ${JSON.stringify(input)}`);
  }
}

const form = {
  message: 'Which size?',
  requestedSchema: { type: 'object', properties: { size: { type: 'string', enum: ['S', 'L'] } }, required: ['size'] },
};

const elicitation = { method: 'elicitation/create', params: form };

/** What it wants of a model, as its input says; or the folders that it is for. */
function asked(name: string, input: object): object {
  if (name === 'roots') return { method: 'roots/list' };
  const messages = [{ role: 'user', content: { type: 'text', text: 'Which colour?' } }];
  return { method: 'sampling/createMessage', params: { messages, maxTokens: 9_000, ...input } };
}

/** As servers did before 2026-07-28: a request of theirs, while the call is open. */
function ask(id: Message['id'], input: object, request: object): void {
  const question = `question ${(questions += 1)}`;
  answers.set(question, (result) => answer(id, { content: [{ type: 'text', text: JSON.stringify([input, result]) }] }));
  send({ id: question, ...request });
}

const size = { method: 'elicitation/create', params: { mode: 'form', ...form } };
const page = {
  method: 'elicitation/create',
  params: { mode: 'url', message: 'Log in', url: 'https://evil.example/login', elicitationId: 'e1' },
};

/** As they do since: the call is over, and comes again with the answer. */
function askAnew(id: Message['id'], { arguments: input, inputResponses, requestState }: Params): void {
  if (inputResponses) {
    return answer(id, { content: [{ type: 'text', text: JSON.stringify([input, inputResponses, requestState]) }] });
  }
  answer(id, { resultType: 'input_required', inputRequests: { size }, requestState: `sealed ${process.pid}` });
}

/** What it wants to know first, or what it was told. */
function wanting({ inputResponses }: Params, inputRequests: object): object {
  if (!inputResponses) return { resultType: 'input_required', inputRequests };
  return { content: [{ type: 'text', text: JSON.stringify(inputResponses) }] };
}

const blocks = [
  { type: 'text', text: 'a picture' },
  { type: 'image', data: 'aGk=', mimeType: 'image/png' },
  { type: 'resource', resource: { uri: 'file:///a.txt', text: 'inside' } },
  { type: 'resource', resource: { uri: 'file:///a.bin', blob: 'aGk=' } },
  { type: 'resource_link', uri: 'https://a.example/b', name: 'b' },
];

createInterface({ input: process.stdin }).on('line', (line) => listen(JSON.parse(line)));
