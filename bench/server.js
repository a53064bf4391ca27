// A provider on loopback that speaks Chat Completions. What it answers is in the path: /n=50000,per=0/v1/chat/completions
//   n     text chunks in the answer, of six characters each
//   per   events in a write, each write in a turn of its own; 0 packs about 64 KiB into each
//   gap   milliseconds between two writes
//   steps answers that make calls, before the one with text; how far a talk is shows in the results that it brings
//   calls calls in each of those, their arguments in four pieces
import { createServer } from 'node:http';

const words = ['lorem ', 'ipsum ', 'dolor ', 'amet, ', 'magna '];
const rendered = new Map();

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const name = request.url.split('/')[1];
    const setup = setupOf(name);
    const step = setup.steps > 0 ? resultsIn(Buffer.concat(pieces)) / setup.calls : 0;
    const writes = writesFor(name, setup, step);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (setup.gap > 0) pace(response, writes, setup.gap);
    else send(response, writes, setup.per > 0);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());

function setupOf(name) {
  const given = name.split(',').map((pair) => pair.split('='));
  const numbers = Object.fromEntries(given.map(([key, value]) => [key, Number(value)]));
  return { n: 5, per: 0, gap: 0, steps: 0, calls: 1, ...numbers };
}

function resultsIn(body) {
  return body.toString('latin1').split('"role":"tool"').length - 1;
}

function send(response, writes, inTurns, at = 0) {
  for (let i = at; i < writes.length; i += 1) {
    const goOn = () => send(response, writes, inTurns, i + 1);
    if (!response.write(writes[i])) return response.once('drain', goOn);
    if (inTurns) return setImmediate(goOn);
  }
  response.end();
}

function pace(response, writes, gap) {
  let i = 0;
  const timer = setInterval(() => {
    if (i < writes.length && !response.destroyed) response.write(writes[i]);
    i += 1;
    if (i < writes.length && !response.destroyed) return;
    clearInterval(timer);
    response.end();
  }, gap);
}

function writesFor(name, setup, step) {
  const key = `${name} ${step < setup.steps ? step : 'text'}`;
  let writes = rendered.get(key);
  if (!writes) rendered.set(key, (writes = packed(eventsOf(setup, step), setup.per)));
  return writes;
}

function packed(events, per) {
  const writes = [];
  let write = '';
  let count = 0;
  for (const event of events) {
    write += event;
    count += 1;
    if (per > 0 ? count < per : write.length < 65_536) continue;
    writes.push(Buffer.from(write));
    write = '';
    count = 0;
  }
  if (write !== '') writes.push(Buffer.from(write));
  return writes;
}

function eventsOf({ n, steps, calls }, step) {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: n,
    total_tokens: 10 + n,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
  const chunks = step < steps ? callChunks(calls, step) : textChunks(n);
  // An answer in the next step is another one; some clients go by its id. The fields are those that OpenAI sends.
  const head = {
    id: `chatcmpl-CmockA1b2C3d4E5f6${step}`,
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'mock',
    service_tier: 'default',
    system_fingerprint: 'fp_mock0001',
  };
  const events = [...chunks, { choices: [], usage }].map(
    (chunk) => `data: ${JSON.stringify({ ...head, ...chunk })}\n\n`,
  );
  return [...events, 'data: [DONE]\n\n'];
}

function textChunks(n) {
  const pieces = Array.from({ length: n }, (_, i) => choice({ content: words[i % words.length] }));
  return [choice({ role: 'assistant', content: '', refusal: null }), ...pieces, choice({}, 'stop')];
}

function callChunks(count, step) {
  const pieces = Array.from({ length: count }, (_, index) => {
    const id = `call_${step}_${index}`;
    return [
      choice({ tool_calls: [{ index, id, type: 'function', function: { name: 'noop', arguments: '' } }] }),
      ...['{"q":"', 'lorem ', 'ipsum ', 'dolor"}'].map((piece) =>
        choice({ tool_calls: [{ index, function: { arguments: piece } }] }),
      ),
    ];
  });
  return [choice({ role: 'assistant', content: null, refusal: null }), ...pieces.flat(), choice({}, 'tool_calls')];
}

function choice(delta, finish = null) {
  return { choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null };
}
