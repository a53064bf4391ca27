/** How late a viewer in another process sees what many models say at once, in milliseconds. */
export async function run(stage, { streams, tokens, gap, spread }) {
  const talk = { chat: 'speaker', waits: true, streams, tokens, gap, spread };
  const worker = await stage.start('worker', { ...talk, options: { concurrency: streams } });
  const viewer = await stage.start('viewer', { threads: streams });
  for (let i = 0; i < streams; i += 1) await worker.hear('asked');
  worker.tell({ type: 'begin' });
  const { tokens: seen, p50, p99 } = await viewer.hear('over');
  worker.tell({ type: 'report' });
  const { said, percent } = await worker.hear('report');
  if (said !== streams * tokens) throw new Error(`${said} tokens were said, not ${streams * tokens}.`);
  if (seen !== said) throw new Error(`A token was lost: ${said} were said, and ${seen} seen.`);
  return { p50, p99, percent };
}
