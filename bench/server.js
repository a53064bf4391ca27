// A provider on loopback that speaks Chat Completions. What it answers is in the path: /n=50000,per=0/v1/chat/completions
//   n     text chunks in the answer          per  events per write; 0 packs about 64 KiB into each write
//   calls tool calls in the first answer; the second one, which carries their results, gets text
import { createServer } from 'node:http';

const words = ['lorem ', 'ipsum ', 'dolor ', 'sit ', 'amet, '];
const rendered = new Map();

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const setup = request.url.split('/')[1];
    const withResults = Buffer.concat(pieces).includes('"role":"tool"');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    send(response, writesFor(setup, withResults));
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());

function send(response, writes, at = 0) {
  for (let i = at; i < writes.length; i += 1) {
    if (!response.write(writes[i])) return response.once('drain', () => send(response, writes, i + 1));
  }
  response.end();
}

function writesFor(setup, withResults) {
  const key = `${setup} ${withResults}`;
  if (!rendered.has(key))
    rendered.set(key, render(Object.fromEntries(setup.split(',').map((pair) => pair.split('='))), withResults));
  return rendered.get(key);
}

function render({ n = 5, per = 0, calls = 0 }, withResults) {
  const events = Number(calls) > 0 && !withResults ? callEvents(Number(calls)) : textEvents(Number(n));
  const usage = { prompt_tokens: 10, completion_tokens: Number(n), total_tokens: 10 + Number(n) };
  events.push(event({ choices: [], usage }), 'data: [DONE]\n\n');
  const writes = [];
  for (let write = '', i = 0, count = 0; i < events.length; i += 1) {
    write += events[i];
    count += 1;
    if (Number(per) > 0 ? count < per : write.length < 65_536) if (i < events.length - 1) continue;
    writes.push(Buffer.from(write));
    write = '';
    count = 0;
  }
  return writes;
}

function textEvents(n) {
  const events = Array.from({ length: n }, (_, i) => choice({ content: words[i % words.length] }));
  return [choice({ role: 'assistant', content: '' }), ...events, choice({}, 'stop')];
}

function callEvents(count) {
  const events = Array.from({ length: count }, (_, index) => [
    choice({
      tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name: 'noop', arguments: '' } }],
    }),
    choice({ tool_calls: [{ index, function: { arguments: '{"q":"lorem ' } }] }),
    choice({ tool_calls: [{ index, function: { arguments: 'ipsum"}' } }] }),
  ]);
  return [...events.flat(), choice({}, 'tool_calls')];
}

function choice(delta, finish = null) {
  return event({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null });
}

function event(fields) {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'mock' };
  return `data: ${JSON.stringify({ ...head, ...fields })}\n\n`;
}
