import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Processes with a thread each, whose model speaks, are killed: how long it takes until another process has asked the
 * model again, in seconds, of the thread that waited longest.
 */
export async function run(stage, { kills, lease, sweep, within }) {
  const options = { lease, sweep };
  const speaking = { chat: 'speaker', tokens: 100_000, gap: 20, options: { ...options, concurrency: 1 } };
  const workers = [];
  for (let i = 0; i < kills; i += 1) workers.push(await stage.start('worker', speaking));
  const viewer = await stage.start('viewer', { threads: kills });
  const asked = await Promise.all(workers.map((worker) => worker.hear('asked')));
  const heir = await stage.start('worker', { chat: 'speaker', tokens: 5, gap: 20, options });
  const killed = new Map();
  for (const [index, worker] of workers.entries()) {
    // Sooner or later behind its last renewal.
    await sleep(within * (0.2 + Math.random()));
    killed.set(asked[index].word, worker.kill());
  }
  const waits = [];
  for (let i = 0; i < kills; i += 1) {
    const { word, at } = await heir.hear('asked');
    waits.push(at - killed.get(word));
  }
  await viewer.hear('over');
  return { seconds: Math.max(...waits) / 1_000 };
}
