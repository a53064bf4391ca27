// What any client must do at least: fetch, split the events, parse them. It keeps nothing and types nothing.
import { createParser } from 'eventsource-parser';

/** The client as it speaks a wire. */
export async function over(wire) {
  const dialect = await import(`../dialects/${wire}.js`);
  return (baseURL) => create(baseURL, dialect);
}

function create(baseURL, dialect) {
  const url = baseURL + dialect.path;
  const ask = (messages, onText, hasTools) => post(url, dialect, { messages, onText, hasTools });
  return {
    prepare: (history) => history.map(({ role, text }) => ({ role, content: text })),
    stream: (messages, onText) => ask(messages, onText, false),
    async loop(given, { execute, onText }) {
      const messages = given.slice();
      for (;;) {
        const calls = await ask(messages, onText, true);
        if (calls.length === 0) return;
        const results = await Promise.all(calls.map(({ text }) => execute(JSON.parse(text))));
        messages.push(...dialect.turnOf(calls, results));
      }
    },
  };
}

async function post(url, dialect, { messages, onText, hasTools }) {
  const headers = { 'content-type': 'application/json', ...dialect.headers };
  const body = JSON.stringify(dialect.bodyFor(messages, hasTools));
  const response = await fetch(url, { method: 'POST', headers, body });
  const calls = [];
  const read = dialect.readerOf(onText, calls);
  const parser = createParser({ onEvent: ({ data }) => read(data) });
  const decoder = new TextDecoder();
  for await (const bytes of response.body) parser.feed(decoder.decode(bytes, { stream: true }));
  return calls;
}
