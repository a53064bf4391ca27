import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startPostgres } from '../test/postgres/server.ts';
import { providers } from '../src/models/default/providers.ts';

/** Runs an example as a newcomer does: a process of its own, against the built package. */
async function run(example: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const file = new URL(example, import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env: { ...process.env, ...environment } });
  return stdout;
}

/** Runs it beside a server on this machine, whose address stands in the environment under that name. */
async function runBeside(example: string, variable: string, answer: (path: string) => string): Promise<string> {
  const server = createServer((request, response) => response.end(answer(request.url ?? '')));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const keys = Object.values(providers).flatMap(({ keyVariable }) => keyVariable ?? []);
  const environment = Object.fromEntries(keys.map((name) => [name, 'a key']));
  return run(example, { ...environment, [variable]: `http://127.0.0.1:${port}` }).finally(() => server.close());
}

function frames(...values: readonly unknown[]): string {
  return values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('');
}

function lines(...values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

test('notify-slack', async () => {
  expect(await run('notify-slack.ts')).toBe('*transfer* waits for finance: over 1000\ntrue\n');
});

test('notify-mail', async () => {
  expect(await run('notify-mail.ts')).toBe(
    'call.waiting\nTo fay@acme.example: May transfer run?\nTo kim@acme.example: May transfer run?\n',
  );
});

test('mcp-token', async () => {
  const told = await run('mcp-token.ts', { SHOP: 'http://127.0.0.1:9/mcp' });
  expect(told).toMatch(/^The MCP server "shop" could not be started: .*\n0\n$/);
});

test('grants', async () => {
  expect(await run('grants.ts')).toBe(
    'exactly this | path: any file in . | content: whatever it says | thread, hour, today\n' +
      'applied granted\nwaiting: 0\nann: approve, ann: grant, ann: revoke\n',
  );
});

test('move-history', async () => {
  expect(await run('move-history.ts')).toBe('Refund order A-17.\nrefund completed\nIt is refunded.\n');
});

test('counted-chat', async () => {
  const told = "order-17 10 5\n{ from: 'Ann', total: 12 }\nMap(1) { 'script' => 15 }\n";
  expect(await run('counted-chat.ts')).toBe(told);
});

test('typed-tools', async () => {
  expect(await run('typed-tools.ts')).toBe('paused 1\nBoth are done.\n');
});

test('client-tools', async () => {
  expect(await run('client-tools.ts')).toBe(
    "refund: Refund an order, paint: Paint the page\n[ { type: 'text', text: 'It is red now.' } ]\n",
  );
});

test('log', async () => {
  expect(JSON.parse(await run('log.ts'))).toMatchObject({ path: '/threads', status: 200, msg: 'GET /threads 200' });
});

test('hello', async () => {
  expect(await run('hello.ts')).toMatch(/rules, not an AI[^]*\(\d+ tokens\)/);
});

test('approval', async () => {
  expect(await run('approval.ts')).toBe(
    [
      'refund proposed',
      'refund awaiting-approval',
      'somebody is needed',
      "refund { orderId: 'A-17', amount: 120 } over 50",
      'Refunded 120 for order A-17.',
      '',
    ].join('\n'),
  );
});

test('what a chat and a run are told', async () => {
  expect(await run('chat-options.ts')).toBe(
    [
      'Two orders. stop 2 steps 20 10',
      'You help Ann. Be brief. 0',
      'A bicycle.',
      'step-limit',
      'Two.',
      'Ann has left As true',
      'rate-limit Too many requests. true',
      'Here I am.',
      '',
    ].join('\n'),
  );
});

test('big values', async () => {
  expect(await run('big-values.ts')).toBe('image/png 100000\nexport 120002 "A-17;60.00\n120002\n');
});

test('a desk for hosts of MCP', async () => {
  expect(await run('mcp-desk.ts')).toMatch(
    /^Do you decide this, as ann: approve\?\n\nrefund [^]*The refund is on its way\.\n$/,
  );
});

test('a server', async () => {
  expect(await run('server.ts')).toBe('201\n');
});

test('a page that is kept up to date', async () => {
  expect(await run('client.ts')).toBe(
    [
      'on its way',
      'A-17 applied',
      'user: Refund order A-17, please.',
      'assistant: It is on its way.',
      'parcel.png base64',
      'waiting: 0',
      '',
    ].join('\n'),
  );
});

test('what a tool keeps to itself', async () => {
  expect(await run('sensitive.ts')).toBe(
    "ann { user: 'ann', password: '(withheld)' }\nkim { user: 'ann', password: 'hunter2' }\n",
  );
});

test('links that decide', async () => {
  expect(await run('decision-links.ts')).toBe('200 true\nApproved\ndone\n');
});

test('a page with useChat, played by hand', async () => {
  expect(await run('use-chat.ts')).toBe(
    [
      'start start-step tool-input-available tool-approval-request finish-step finish',
      'start tool-output-available finish-step start-step text-start text-delta text-end finish-step finish',
      '',
    ].join('\n'),
  );
});

test('a client of AG-UI, played by hand', async () => {
  const [paused, resumed] = (await run('ag-ui.ts')).split('\n');
  expect(paused).toBe('RUN_STARTED TOOL_CALL_START TOOL_CALL_ARGS TOOL_CALL_END MESSAGES_SNAPSHOT RUN_FINISHED');
  // A text comes in as many pieces as there is time for.
  expect(resumed!.replace(/(TEXT_MESSAGE_CONTENT )+/, '$1')).toBe(
    'RUN_STARTED TOOL_CALL_RESULT TEXT_MESSAGE_START TEXT_MESSAGE_CONTENT TEXT_MESSAGE_END RUN_FINISHED',
  );
});

test('a test with a scripted model', async () => {
  expect(await run('scripted-model.ts')).toBe('as expected\n');
});

test('a test that crashes at every commit', async () => {
  expect(await run('every-crash.ts')).toMatch(/^\d\d plays, and no refund started twice\n$/);
});

test('a model of your own is checked', async () => {
  expect(await run('check-model.ts')).toMatch(/^(ok  .+\n){8,}$/);
});

test('a model for a provider that is not there yet, in an hour', async () => {
  expect(await run('add-a-model.ts')).toMatch(/^(ok  .+\n){20,}Hello\.\n$/);
});

test('a deferred call waits for its time', async () => {
  expect(await run('deferred.ts')).toBe('paused\npay 2030-01-07T08:00:00.000Z\nIt is paid.\n');
});

test('traces of a paused run and of the one that goes on', async () => {
  const told = [
    '1 [] chat script ',
    '-1 [] invoke_agent refunds paused',
    '-1 [ 1 ] decide refund ',
    '4 [] POST /refunds ',
    '6 [] execute_tool refund {"amount":120,"card":"… … … 1111"}',
    '6 [] chat script ',
    '-1 [ 1 ] invoke_agent refunds done',
  ];
  expect(await run('telemetry.ts')).toBe(`${told.join('\n')}\n`);
});

test('a result from elsewhere', async () => {
  expect(await run('external-result.ts')).toBe("invalid [ 'celsius' ]\napplied\nIt has 21 degrees.\n");
});

test('scopes and a policy for the whole chat', async () => {
  expect(await run('scoped-tools.ts')).toBe('read completed\nsend completed\nsend awaiting-approval\nwipe denied\n');
});

test('questions to a person, of the model and of a tool', async () => {
  expect(await run('question.ts')).toBe(
    [
      'When do you travel? {"type":"string","enum":["today","tomorrow"]}',
      'applied',
      'Window or aisle? {"type":"string","enum":["window","aisle"]}',
      'applied',
      'Booked: ICE-5, window, {"held":"ICE-5-reservation"}.',
      '',
    ].join('\n'),
  );
});

test('another model for each step, which sees less', async () => {
  expect(await run('model-switch.ts')).toMatch(
    /^It is the call of a bird\.\n\[ 'user: Good morning', 'user: What is a cuckoo\?' \]\n\[\n {2}'user: What is a cuckoo/,
  );
});

test('tools that run at their provider', async () => {
  expect(await run('provider-tools.ts')).toBe(
    [
      'search running',
      'search completed',
      'paused',
      "github.star { repo: 'yourcall' } it writes",
      'github.star approved',
      'github.star running',
      'github.star completed',
      'It has a star now.',
      '',
    ].join('\n'),
  );
});

test('structured output', async () => {
  expect(await run('structured-output.ts')).toMatch(/so far \{ from: 'Ann', total: 60 \}\nin the end Ann 60\.00\n$/);
});

test('a route of a server', async () => {
  expect(await run('route.ts')).toBe(
    [
      'applied',
      'message message text text tool step-end tool paused',
      'tool tool tool message text text text step-end done',
      '',
    ].join('\n'),
  );
});

test('a word while the model speaks', async () => {
  expect(await run('interrupt.ts')).toMatch(/^what came is kept\n[^]*'user: Shorter!',\n {2}'assistant: The king had/);
});

test('two approvers', async () => {
  expect(await run('two-approvers.ts')).toBe(
    [
      'bob forbidden whoever asked for it may not approve it',
      'carl forbidden only ann, bob, dora may decide about it',
      'ann applied awaiting-approval',
      'ann already awaiting-approval',
      'dora applied approved',
      'It is done.',
      '',
    ].join('\n'),
  );
});

test('threads within threads', async () => {
  expect(await run('sub-agent.ts')).toBe("order buyer 1\ndone [ { type: 'text', text: 'You will have paper.' } ]\n");
});

test('whose inbox', async () => {
  expect(await run('inbox.ts')).toBe("0 1\n0 [ { approvers: [ 'security' ] } ]\ndone\n");
});

test('calls in doubt, and a check', async () => {
  expect(await run('in-doubt.ts')).toBe(
    "paused\n{ invoice: 'A' } completed check\n{ invoice: 'B' } in-doubt false\nTold of 2 results.\n",
  );
});

test('what a throw means', async () => {
  expect(await run('effects.ts')).toBe('weather none\ncharge unknown\npay unknown\norder unknown\nship none\n');
});

test('retries and hooks', async () => {
  expect(await run('retry-and-hooks.ts')).toBe(
    [
      'No room. Asked again in 0.0 s.',
      '2 messages, 5 tokens',
      'Good morning, Ann.',
      'Be polite.\n\nIt is morning, and you talk to Ann.',
      '',
    ].join('\n'),
  );
});

test('a commit that fails', async () => {
  expect(await run('commit.ts')).toBe('fenced\nAll is wet.\ntrue\n');
});

test('plain JSON Schema', async () => {
  expect(await run('json-schema.ts')).toMatch(/copies\.0: [^]*→ Sent to ann@example\.com\./);
});

test('pause, save, resume in another process', async () => {
  expect(await run('pause-and-resume.ts')).toMatch(/process 1: paused\nprocess 2: done: .*Order B-2 is cancelled/);
});

test('a model in six lines', async () => {
  expect(await run('custom-model.ts')).toBe('You said: Hello!\n');
});

test('a router', async () => {
  expect(await run('router.ts')).toBe(
    [
      'small/quick took over. big/clever: there is no room.',
      'quick stop',
      'Good morning!',
      'clever stop',
      'It is the call of a bird.',
      '',
    ].join('\n'),
  );
});

test('a strategy of your own', async () => {
  expect(await run('router-strategy.ts')).toBe('In short: yes.\nAfter all that was said: no.\n');
});

test('a model of the AI SDK', async () => {
  expect(await run('ai-sdk.ts')).toBe('Good morning!\n');
});

test('edited arguments', async () => {
  expect(await run('edited-arguments.ts')).toBe("invalid [ 'amount' ]\napplied\nalready\nPaid 60 to Bob.\n");
});

test('an Ollama that has to load its model', async () => {
  const answers: Readonly<Record<string, string>> = {
    '/api/tags': lines({ models: [{ name: 'gemma3:1b', size: 1 }] }),
    '/api/pull': lines(
      { status: 'pulling manifest' },
      { status: 'pulling 1a2b', digest: 'sha256:1a2b', total: 200, completed: 50 },
      { status: 'success' },
    ),
    '/api/chat': lines(
      { message: { role: 'assistant', content: 'Hel' }, done: false },
      { message: { role: 'assistant', content: 'lo.' }, done: true, done_reason: 'stop' },
    ),
  };
  expect(await runBeside('ollama.ts', 'OLLAMA_URL', (path) => answers[path] ?? '')).toBe(
    'pulling manifest \npulling 1a2b 25 %\nsuccess \nHello.\n',
  );
});

/** What a server says to a chat, by the end of the path that its wire asks. */
const greetings: Readonly<Record<string, string>> = {
  '/chat/completions': frames({ choices: [{ delta: { content: 'Hello.' }, finish_reason: 'stop' }] }),
  '/api/chat': lines({ message: { role: 'assistant', content: 'Hello.' }, done: true }),
  ':streamGenerateContent': frames({
    candidates: [{ content: { role: 'model', parts: [{ text: 'Hello.' }] }, finishReason: 'STOP' }],
  }),
  '/v1/messages': frames(
    { type: 'message_start', message: { id: 'm', usage: { input_tokens: 1, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ),
};

test('every provider, over a server that speaks all wires', async () => {
  const told = await runBeside('every-provider.ts', 'PROVIDER_URL', (path) => {
    const [end] = Object.keys(greetings).filter((one) => path.split('?')[0]?.endsWith(one));
    return end === undefined ? '{"error":"nobody asks here"}' : greetings[end]!;
  });
  const wanted = Object.entries(providers).map(
    ([name, { wire, example }]) => `${name}/${example} over ${wire}: Hello.`,
  );
  expect(told.trimEnd().split('\n')).toEqual(wanted);
});

test('tools of an MCP server', async () => {
  const told = await run('mcp.ts');
  expect(told).toContain(
    "notes__add { text: 'buy tea' } [ { reason: 'somebody will read it', approvers: [ 'ada' ] } ]",
  );
  expect(told).toContain('buy milk, buy tea');
});

test('rules, and a grant', async () => {
  expect(await run('rules.ts')).toBe(
    "paused no rule covers this call, and the default is to ask\n[ 'amount: from 0 up to 60' ]\ndone\n",
  );
});

test('who decided what', async () => {
  expect(await run('audit.ts')).toBe(
    [
      "bob { reason: 'it was refunded in May', type: 'reject' } refund [ { reason: 'over 50', risk: 'money' } ]",
      'whole',
      '[ { place: 1, decided: undefined } ]',
      '{ trails: 1, entries: 1 }',
      '',
    ].join('\n'),
  );
});

test('a deferred call on Postgres with pg-boss', async () => {
  const { connectionString, stop } = await startPostgres();
  const told = await run('wakes.ts', { DATABASE_URL: connectionString }).finally(stop);
  expect(told).toBe('The invoice is paid.\n');
});
