// Measures one client in a fresh process: node bench/worker.js CLIENT WIRE MEASURE PORT [KEY=VALUE…]; prints one
// line of JSON.
const [name, wire, measure, port, ...pairs] = process.argv.slice(2);
const setup = Object.fromEntries(pairs.map((pair) => pair.split('=')).map(([key, value]) => [key, Number(value)]));
const client = await import(name.startsWith('peers/') ? `./${name}.js` : `./clients/${name}.js`);
// The peers speak Chat Completions alone.
const create = client.create ?? (await client.over(wire));
const { run } = await import(`./measures/${measure}.js`);

let characters = 0;
const stage = {
  /** The client as it talks to a server that answers in the given way (see `server.js`). */
  client: (answer) => create(`http://127.0.0.1:${port}/${answer}/v1`),
  onText: (text) => void (characters += text.length),
  /** What came until now must be so many answers' worth of text chunks, of six characters each. */
  expect(chunks) {
    if (characters !== chunks * 6) throw new Error(`${characters} characters came instead of ${chunks * 6}.`);
    characters = 0;
  },
};
const figures = await run(stage, setup);
console.log(JSON.stringify(figures));
process.exit();
