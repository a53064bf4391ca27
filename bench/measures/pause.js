const words = 'A message of the history, with some words in it. '.repeat(8);

/** Bytes that a store is handed when a call has to wait for a person: from the verdict to `paused`, as JSON. */
export async function run({ client }, { old = 1_000 }) {
  const history = Array.from({ length: old }, (_, i) => ({
    role: i % 2 ? 'assistant' : 'user',
    text: `${i} ${words}`,
  }));
  const asking = client('n=5,steps=1,calls=1');
  const batches = await asking.pause(asking.prepare([...history, { role: 'user', text: 'go' }]));
  const verdict = batches.findIndex((batch) => batch.some(isVerdict));
  const last = batches.at(-1)?.at(-1);
  if (verdict === -1 || last.type !== 'paused') throw new Error(`It did not pause: ${JSON.stringify(batches)}`);
  return {
    bytes: Buffer.byteLength(
      batches
        .slice(verdict)
        .map((batch) => JSON.stringify(batch))
        .join(''),
    ),
  };
}

function isVerdict(event) {
  return event.type === 'tool' && event.call.state === 'awaiting-approval';
}
