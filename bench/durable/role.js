// One process of a measure: node role.js ROLE SETUP. What it plays stands in `roles/`; it ends when whoever started it does.
const [, , role, setup] = process.argv;

process.once('disconnect', () => process.exit());
process.once('uncaughtException', ({ message }) =>
  process.send({ type: 'failed', why: message }, () => process.exit(1)),
);
const { play } = await import(`./roles/${role}.js`);
await play(JSON.parse(setup), (message) => process.send(message));
