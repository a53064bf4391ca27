import { Agent, get, request } from 'node:http';
import { moment } from '../moment.js';
import { Reading } from '../reading.js';
import { timesIn } from '../tokens.js';

const agent = new Agent({ keepAlive: true });

/** A process that says a word in each of so many threads over HTTP, and watches each of them several times. */
export async function play({ port, streams, viewers }, post) {
  post({ type: 'ready' });
  const threads = [];
  for (let i = 0; i < streams; i += 1) threads.push((await asked(port, '/threads', {})).id);
  const delays = [];
  const watching = [];
  for (let i = 0; i < viewers; i += 1) watching.push(await watched(port, threads[i % streams], delays));
  for (const thread of threads) await asked(port, `/threads/${thread}/messages`, { content: thread });
  const seen = await Promise.all(watching.map(({ text }) => text));
  for (const [index, text] of seen.entries()) {
    if (text !== seen[index % streams]) throw new Error(`Two viewers of thread ${index % streams} saw another text.`);
  }
  delays.sort((one, other) => one - other);
  const at = (part) => delays[Math.min(delays.length - 1, Math.floor(delays.length * part))];
  post({ type: 'over', tokens: delays.length, p50: at(0.5), p99: at(0.99) });
}

/** Opens a stream of events; `text` is what it has told when the answer is over. */
function watched(port, thread, delays) {
  return new Promise((resolve, reject) => {
    get({ port, path: `/threads/${thread}/events?after=c0`, headers: { accept: 'text/event-stream' } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`Watching a thread: ${response.statusCode}.`));
      const text = told(response, delays);
      // Whoever awaits the stream is handed the promise of its end, not the end.
      resolve({ text });
    }).on('error', reject);
  });
}

async function told(response, delays) {
  const reading = new Reading();
  let rest = '';
  response.setEncoding('utf8');
  for await (const piece of response) {
    const now = moment();
    const frames = (rest + piece).split('\n\n');
    rest = frames.pop();
    for (const frame of frames) {
      const data = frame.split('\n').find((line) => line.startsWith('data: '));
      if (!data) continue;
      const event = JSON.parse(data.slice(6));
      const more = reading.take(event);
      if (more !== '') for (const said of timesIn(more)) delays.push(now - said);
      if (event.type === 'error') throw new Error(`A thread failed: ${event.message}`);
      if (event.type === 'done') return reading.texts.join('\n');
    }
  }
  throw new Error('A stream ended before its answer.');
}

function asked(port, path, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request({ port, path, method: 'POST', headers, agent }, async (response) => {
      let text = '';
      for await (const piece of response) text += piece;
      if (response.statusCode >= 300) reject(new Error(`POST ${path}: ${response.statusCode} ${text}`));
      else resolve(JSON.parse(text));
    });
    sent.on('error', reject).end(JSON.stringify(body));
  });
}
