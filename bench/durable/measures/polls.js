/**
 * What it takes among many threads that wait, in milliseconds: to claim one, to find that none is due, to show what waits in
 * one, and to list the newest.
 */
export async function run(stage, setup) {
  const actor = await stage.start('polls', setup);
  const { claim, poll, inbox, list } = await actor.hear('figures');
  return { claim, poll, inbox, list };
}
