const words = 'A message of the history, with some words in it. '.repeat(8);

/** Bytes that a store is handed when a call has to wait for a person: from the verdict to `paused`, as JSON. */
export async function run({ client }, { old = 1_000 }) {
  const history = Array.from({ length: old }, (_, i) => ({
    role: i % 2 ? 'assistant' : 'user',
    text: `${i} ${words}`,
  }));
  const asking = client('n=5,steps=1,calls=1');
  const events = (await asking.pause(asking.prepare([...history, { role: 'user', text: 'go' }]))).flat();
  const verdict = events.findIndex(isVerdict);
  if (verdict === -1 || events.at(-1)?.type !== 'paused')
    throw new Error(`It did not pause: ${JSON.stringify(events)}`);
  return { bytes: Buffer.byteLength(JSON.stringify(events.slice(verdict))) };
}

function isVerdict(event) {
  return event.type === 'tool' && event.call.state === 'awaiting-approval';
}
