// A provider on loopback that speaks every dialect. What it answers is in the path: /n=50000,per=0/v1/chat/completions
//   n     text chunks in the answer, of six characters each
//   per   events in a write, each write in a turn of its own; 0 packs about 64 KiB into each
//   gap   milliseconds between two writes
//   steps answers that make calls, before the one with text; how far a talk is shows in the results that it brings
//   calls calls in each of those, their arguments in four pieces
import { createServer } from 'node:http';
import * as anthropic from './dialects/anthropic.js';
import * as chat from './dialects/chat.js';
import * as responses from './dialects/responses.js';

const dialects = [chat, responses, anthropic];
const rendered = new Map();

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const { url } = request;
    const setup = setupOf(url.split('/')[1]);
    const dialect = dialects.find(({ path }) => url.endsWith(`/v1${path}`));
    const step = setup.steps > 0 ? resultsIn(Buffer.concat(pieces), dialect) / setup.calls : 0;
    const writes = writesFor(url, dialect, { setup, step });
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

function resultsIn(body, { resultMark }) {
  return body.toString('latin1').split(resultMark).length - 1;
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

function writesFor(url, dialect, { setup, step }) {
  const key = `${url} ${step < setup.steps ? step : 'text'}`;
  let writes = rendered.get(key);
  if (!writes) rendered.set(key, (writes = packed(dialect.eventsOf(setup, step), setup.per)));
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
