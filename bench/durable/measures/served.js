/** How late viewers over HTTP see what many models say at once, in milliseconds, and what that takes of the one process. */
export async function run(stage, { streams, viewers, tokens, gap, spread }) {
  const server = await stage.start('server', { streams, tokens, gap, spread });
  const watching = await stage.start('viewers', { port: server.ready.port, streams, viewers });
  for (let i = 0; i < streams; i += 1) await server.hear('asked');
  server.tell({ type: 'begin' });
  const { tokens: seen, p50, p99 } = await watching.hear('over');
  server.tell({ type: 'report' });
  const { said, percent, kept, memory } = await server.hear('report');
  if (said !== streams * tokens) throw new Error(`${said} tokens were said, not ${streams * tokens}.`);
  if (seen !== viewers * tokens)
    throw new Error(`A token was lost: ${viewers * tokens} were to be seen, and ${seen} were.`);
  return { p50, p99, kept, memory, percent };
}
