// What DESIGN demands of threads, a row each. Rows with the same measure, store and setup share one measuring. `short` is
// the setup with which it is only seen that a measure works; `limit` is how long it may take, in seconds.
const pause = { measure: 'pause', store: 'sqlite', limit: 120, short: { old: 2, warm: 0, times: 1 } };
const few = { ...pause, setup: { old: 10, warm: 10, times: 20 } };
const some = { ...pause, setup: { old: 100, warm: 10, times: 20 } };
const many = { ...pause, setup: { old: 1_000, warm: 4, times: 8 } };

const decision = {
  measure: 'decision',
  figure: 'ms',
  unit: 'ms',
  limit: 120,
  setup: { times: 40 },
  short: { times: 2 },
};

const takeover = {
  measure: 'takeover',
  figure: 'seconds',
  unit: 's',
  limit: 120,
  // The defaults of a runtime.
  setup: { kills: 5, lease: 10_000, sweep: 2_000, within: 700 },
  short: { kills: 1, lease: 300, sweep: 100, within: 50 },
};

const tokens = {
  measure: 'tokens',
  unit: 'ms',
  limit: 180,
  setup: { streams: 200, tokens: 500, gap: 20, spread: 2_000 },
  short: { streams: 5, tokens: 20, spread: 50 },
};

const served = {
  measure: 'served',
  unit: 'ms',
  limit: 180,
  setup: { streams: 200, viewers: 1_000, tokens: 500, gap: 20, spread: 2_000 },
  short: { streams: 3, viewers: 9, tokens: 20, spread: 50 },
};

const polls = {
  measure: 'polls',
  unit: 'ms',
  limit: 300,
  setup: { threads: 100_000, claims: 200, polls: 500 },
  short: { threads: 50, claims: 3, polls: 3 },
};

const bytes = { figure: 'bodies', unit: 'B', must: 1_200, aim: 500 };

/** Name, what is measured on which store in which setup, which figure of it, and what is demanded of that. */
export const rows = [
  { ...few, ...bytes, name: 'bytes written per pause, 10 old messages', peer: { old: 10, figure: 'bytes_pause' } },
  {
    ...many,
    ...bytes,
    name: 'bytes written per pause, 1,000 old messages',
    peer: { old: 1_000, figure: 'bytes_pause' },
  },
  { ...few, name: 'bytes written per pause, with ids and keys', figure: 'texts', unit: 'B' },
  { ...few, ...cpu(10, 1.5, 1) },
  { ...some, ...cpu(100, 1.8, 1.2) },
  { ...many, ...cpu(1_000, 4.5, 2.5) },
  { ...few, ...floor(10) },
  { ...some, ...floor(100) },
  { ...many, ...floor(1_000) },
  { ...some, name: 'pause and resume, transactions that write', figure: 'transactions', unit: '', must: 6, aim: 6 },
  { ...some, name: 'pause and resume, of these wait for the disk', figure: 'waits', unit: '', must: 6, aim: 6 },
  { ...decision, store: 'sqlite', name: 'decision to tool in another process, p50, SQLite', must: 10, aim: 5 },
  { ...decision, store: 'postgres', name: 'decision to tool in another process, p50, Postgres', must: 25, aim: 10 },
  { ...takeover, store: 'sqlite', name: 'takeover after kill -9, slowest of 5, SQLite', must: 15, aim: 5 },
  { ...takeover, store: 'postgres', name: 'takeover after kill -9, slowest of 5, Postgres', must: 15, aim: 5 },
  ...viewed('sqlite', 'SQLite'),
  ...viewed('postgres', 'Postgres'),
  ...watched(),
  ...polled('sqlite', 'SQLite'),
  ...polled('postgres', 'Postgres'),
];

function cpu(old, must, aim) {
  const name = `pause and resume, CPU, ${old.toLocaleString('en')} old messages`;
  return { name, figure: 'ms', unit: 'ms', must, aim, peer: { old, figure: 'cycle_cpu_us', per: 1_000 } };
}

function floor(old) {
  return {
    name: `pause and resume, CPU beside the floor, ${old.toLocaleString('en')} old messages`,
    figure: 'ratio',
    unit: '',
  };
}

function viewed(store, called) {
  const base = { ...tokens, store };
  const name = '200 streams of 50 tokens/s to another process';
  return [
    { ...base, name: `${name}, p50, ${called}`, figure: 'p50', must: 60, aim: 40 },
    { ...base, name: `${name}, p99, ${called}`, figure: 'p99', must: 250, aim: 150 },
    { ...base, name: `${name}, CPU of the worker, ${called}`, figure: 'percent', unit: '%' },
  ];
}

function watched() {
  const base = { ...served, store: 'sqlite' };
  const name = '200 streams to 1,000 viewers over HTTP';
  return [
    { ...base, name: `${name}, p50`, figure: 'p50' },
    { ...base, name: `${name}, p99`, figure: 'p99' },
    { ...base, name: `${name}, event-loop p99 of the server`, figure: 'kept' },
    { ...base, name: `${name}, memory that it adds`, figure: 'memory', unit: 'MiB' },
    { ...base, name: `${name}, CPU of the server`, figure: 'percent', unit: '%' },
  ];
}

function polled(store, called) {
  const base = { ...polls, store };
  return [
    { ...base, name: `100,000 paused threads, claim, ${called}`, figure: 'claim', must: 3, aim: 1.5 },
    { ...base, name: `100,000 paused threads, empty poll, ${called}`, figure: 'poll', must: 1, aim: 0.5 },
    { ...base, name: `100,000 paused threads, what waits in one, ${called}`, figure: 'inbox' },
    { ...base, name: `100,000 paused threads, the newest fifty, ${called}`, figure: 'list' },
  ];
}
