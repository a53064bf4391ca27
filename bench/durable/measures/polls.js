/** What it takes to claim a thread, and to find that none is due, among many that wait: in milliseconds. */
export async function run(stage, setup) {
  const actor = await stage.start('polls', setup);
  const { claim, poll } = await actor.hear('figures');
  return { claim, poll };
}
